/** Hostile files of the other kinds that commands read: policies, manifests of digests, the output of an earlier scan, lists of targets. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURES_FOLDER, filesIn } from '../support/places.js';
import type { Random } from './random.js';
import { MARK, tainted } from './taint.js';

const POLICIES = filesIn(join(FIXTURES_FOLDER, 'policies'), '.yaml').map((path) => readFileSync(path, 'utf8'));

/** YAML that asks for too much work, or for more than data. */
const ODD_YAML: readonly (() => string)[] = [
  () => `version: 1\nmetadata: { values: { general.name: { pattern: '(a+)+$' } } }\n`,
  () => `version: 1\nchat-template: { sha256: "${'f'.repeat(100_000)}" }\n`,
  () => `${'['.repeat(5000)}`,
  () => `version: 1\n${'? '.repeat(2000)}`,
  () => `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d [*c,*c]\nversion: 1\n`,
  () => `version: 1\narchitectures: [${'llama, '.repeat(5000)}llama]\n`,
  () => `version: 1\nmetadata: { forbid: ['${'*'.repeat(300)}x', '${'*a'.repeat(60)}'] }\n`,
  () => `version: !!js/function 'x'\n`,
  () => `--- 1\n--- 2\n`,
  () => `version: 1\nversion: 1\n__proto__: { x: 1 }\n`,
  () => `version: 1e999\nsize: { max: 99999999999999999999GiB }\n`,
  () => `\ufeffversion: 1\r\nmemory: { max: 1MiB, context: -1 }\n`,
  () => '\0\0\0',
  () => '',
];

export function hostilePolicy(random: Random): string {
  if (random.below(3) === 0) return (random.pick(ODD_YAML) as () => string)();
  return damaged(random.pick(POLICIES), random);
}

const ALGORITHMS = ['sha256', 'sha1', 'xxh64', 'xxh3', 'uuid', 'md5', '__proto__'];
const DIGITS: Readonly<Record<string, number>> = { sha256: 64, sha1: 40, xxh64: 16 };

export function hostileManifest(random: Random): string {
  const lines = Array.from({ length: [0, 1, 5, 2000][random.below(4)] as number }, () => {
    const algorithm = random.pick(ALGORITHMS);
    const digest = random
      .pick(['0', 'f', 'zZ'])
      .repeat(random.below(4) === 0 ? random.below(300) : (DIGITS[algorithm] ?? 32));
    const subject =
      random.below(3) === 0
        ? tainted('model.gguf:token_embd.weight', random)
        : random.pick(['model.gguf', 'model.gguf:output.weight', ':', 'a:b:c:d']);
    return `${algorithm}  ${digest}  ${subject}`;
  });
  if (random.below(8) === 0) lines.unshift(`${MARK}${'x'.repeat(1_000_000)}`);
  return damaged(`${lines.join('\n')}\n`, random);
}

export function hostileFormerRun(random: Random): string {
  const lines = [
    `{"target":"model.gguf","verdict":"pass"}`,
    `{"target":${JSON.stringify(tainted('x', random))},"verdict":"fail"}`,
    `{"target":{"a":1},"verdict":[]}`,
    `null`,
    `[${'['.repeat(2000)}`,
    `"${'y'.repeat(200_000)}"`,
    `{"target":"model.gguf","verdict":"unreadable","error":{"code":{}}}`,
    '',
  ];
  const chosen = Array.from({ length: random.below(40) }, () => random.pick(lines));
  return damaged(chosen.join('\n'), random);
}

/** Standard input for `scan`: the model among words that do not name a file. */
export function hostileTargets(model: string, random: Random): string {
  const words = [
    '',
    ' ',
    '-',
    '--json',
    'hf:',
    'ollama:',
    'http://',
    'nobody.gguf',
    '/dev/null/x',
    'a\0b',
    '*'.repeat(40),
    '[',
    `hf:${'a/'.repeat(50)}`,
    'q'.repeat(20_000),
  ];
  const lines = Array.from({ length: 3 + random.below(12) }, () =>
    random.below(3) === 0 ? tainted('x', random) : random.pick(words),
  );
  return [...lines, model, random.pick(words)].join(random.pick(['\n', '\r\n', '\n\n']));
}

/** Returns the text unchanged, cut off, with a taint in it, or with a part repeated. */
function damaged(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const way = random.below(6);
  if (way === 0) return text.slice(0, at);
  if (way === 1) return text.slice(0, at) + tainted('', random) + text.slice(at);
  if (way === 2) return text + text.slice(0, at);
  if (way === 3)
    return text.replaceAll(/\d+/g, (number) => (random.below(3) ? number : '9'.repeat(1 + random.below(30))));
  if (way === 4)
    return text.replaceAll(/[[\]{}:,'"]/g, (sign) =>
      random.below(12) ? sign : random.pick(['[', '}', ':', '&a ', '*a', '|', '!x ']),
    );
  return text;
}
