/**
 * Every string of a file tainted, through every command and every form of output of the real program: no character that a terminal acts on
 * gets out, no line starts with text from the file, and no text becomes a command to a CI runner.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyFormat } from '../support/command-lines.js';
import { llama } from '../support/fixtures/valid-models.js';
import { type Description, type Entry, type Value, writeGguf } from '../support/gguf-writer.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { type Job, runAll } from './batch.js';
import type { Outcome } from './run.js';

/** The taint around every string: a command at its start, sequences that control a terminal, and lines that look like the program's. */
const BEFORE = '::error::';
const AFTER =
  '\n::stop-commands::token\r\n \t::add-mask::x\x1b]52;c;aGFjaw==\x07\x1b[2J\x1b[31m\x9b31m\u202e\u200b\u2028::warning::y ##[group]z ##vso[task]';
const tainted = (text: string) => `${BEFORE}${text}${AFTER}`;

/** Controls, formatting characters, line separators, lone surrogates; the pages' own line breaks are allowed. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const SGR = /\x1b\[[\d;]*m/g;

interface Tainting {
  /** The architecture, with the keys that begin with it. */
  architecture: boolean;
  names: boolean;
  keys: boolean;
}

function taint(description: Description, { architecture, names, keys }: Tainting): Description {
  const value = (held: Value): Value => {
    if (typeof held === 'string') return tainted(held);
    return typeof held === 'object' && 'items' in held ? { ...held, items: held.items.map(value) } : held;
  };
  const entry = ({ key, ...rest }: Entry): Entry => {
    if (key === 'general.architecture') return { key, ...rest, ...(architecture ? { value: value(rest.value) } : {}) };
    const text = String(key);
    const known = architecture && text.startsWith('llama.') ? `${tainted('llama')}${text.slice('llama'.length)}` : text;
    // The entries that say how texts are tokenized must stay intact for the commands that compute with texts.
    const kept = text === 'tokenizer.ggml.model' && !architecture;
    return { key: keys ? tainted(known) : known, ...rest, ...(kept ? {} : { value: value(rest.value) }) };
  };
  const { metadata = [], tensors = [] } = description;
  return {
    ...description,
    metadata: metadata.map((one) => (one instanceof Uint8Array ? one : entry(one))),
    tensors: tensors.map((one) => (names ? { ...one, name: tainted(String(one.name)) } : one)),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string) => join(folder, name);

/**
 * Files for every command: one with every value and the file's name tainted, so that the model is still recognized; and one with every
 * string tainted.
 */
const FILES = {
  named: file('::error::evil\x1b[2J\x9b31m\u202e\n::stop-commands::\r##[x].gguf'),
  all: file('all.gguf'),
};
/** Files for the commands that print the most: only the architecture tainted, and texts that attacks have used. */
const ATTACKS = {
  architecture: file('architecture.gguf'),
  'from an attack': join(FIXTURES_FOLDER, 'hostile', 'arch-ansi.gguf'),
  'for a log': join(FIXTURES_FOLDER, 'hostile', 'workflow-command.gguf'),
};
const TELLING = ['check', 'metadata', 'flow'];
const POLICY = file('policy.yaml');
const MANIFEST = file('manifest');
const WORD = tainted('word');

/** Every command in every text format, with hostile words for its arguments and with some that it knows; raw numbers are not text. */
const forms = (path: string) =>
  [
    { pattern: WORD, key: WORD, prompt: WORD, topic: WORD },
    { pattern: '*', key: 'no.such.key', prompt: 'a', topic: 'quantization' },
  ].flatMap((words) =>
    everyFormat({
      ...{ ...words, model: path, other: path, folder: path, policy: POLICY, manifest: MANIFEST, resume: MANIFEST },
      count: '1',
    }).map(({ args }) => args),
  );

/** Further output that options show. */
const MORE: readonly ((path: string) => string[])[] = [
  (path) => [path, '--data'],
  (path) => ['tensors', path, '--no-fold'],
  (path) => ['tensors', path, '--stats'],
  (path) => ['metadata', path, '--full'],
  (path) => ['token', path, '1', '--id'],
  ...['text', 'json', 'junit', 'sarif', 'github', 'gitlab', 'markdown'].map((format) => (path: string) => [
    ...['check', path, `${path}.missing`, '--policy', POLICY, '--format', format],
  ]),
  (path) => ['check', path, '--data'],
  ...['text', 'markdown', 'json'].map((format) => (path: string) => [
    ...['diff', join(FIXTURES_FOLDER, 'valid', 'llama.gguf'), path, '--data', '--format', format],
  ]),
  (path) => ['diff', path, join(FIXTURES_FOLDER, 'valid', 'diff-after.gguf'), '--values'],
  (path) => ['hash', path, '--verify', MANIFEST],
  (path) => ['tensors', path, '--role', WORD],
  (path) => ['tensors', path, `--${WORD}`],
  (path) => [WORD, path, WORD],
  (path) => ['tensors', path, '--sort', WORD, '--json'],
  (path) => ['memory', path, '--context', WORD],
  (path) => ['check', path, '--policy', `${path}${WORD}`],
  (path) => ['metadata', path, '--header', WORD],
];

/** Each command line once. */
function linesOn(path: string): string[][] {
  const lines = [...forms(path), ...MORE.map((line) => line(path))].filter((line) => !line.includes('--raw'));
  return [...new Map(lines.map((line) => [line.join('\0'), line])).values()];
}

/** The forbidden text in a run's output. */
function letOut({ args }: Job, { stdout, stderr }: Outcome): string[] {
  const csv = args.includes('--csv');
  return [stdout, stderr].flatMap((text) => {
    const plain = text.replace(SGR, '');
    return (csv ? plain.replaceAll('\r\n', '\n') : plain).split('\n').flatMap((line) => {
      const obeyed = OBEYED.exec(line);
      const own = args.includes('github') && /^::(?:error|warning|notice) file=[^:]*,title=[\w-]+::/.test(line);
      if (obeyed !== null) return [`${JSON.stringify(obeyed[0])} in ${JSON.stringify(line.slice(0, 200))}`];
      if (!own && /^\s*::/.test(line)) return [`a command: ${line.slice(0, 200)}`];
      return /##\w*\[/.test(line) ? [`an old command: ${line.slice(0, 200)}`] : [];
    });
  });
}

describe('tainted text', () => {
  const jobsOn = (path: string) => linesOn(path).map((args): Job => ({ args }));
  const jobs = [
    ...Object.values(FILES).flatMap(jobsOn),
    ...Object.values(ATTACKS).flatMap((path) =>
      jobsOn(path).filter(({ args }) => args[0] === path || TELLING.includes(args[0] as string)),
    ),
  ];
  let outcomes: Outcome[];

  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(FILES.named, writeGguf(taint(llama, { architecture: false, names: false, keys: false })));
    writeFileSync(ATTACKS.architecture, writeGguf(taint(llama, { architecture: true, names: false, keys: false })));
    writeFileSync(FILES.all, writeGguf(taint(llama, { architecture: true, names: true, keys: true })));
    const quoted = JSON.stringify(WORD);
    writeFileSync(POLICY, `version: 1\nlicenses: [${quoted}]\narchitectures: [${quoted}]\n`);
    writeFileSync(MANIFEST, `sha256  ${'0'.repeat(64)}  m.gguf:${WORD}\nsha256  ${'0'.repeat(64)}  ${WORD}\n`);
    outcomes = runAll(jobs);
  }, 180_000);

  it('never gets out raw', () => {
    const found = jobs.flatMap((job, i) => letOut(job, outcomes[i]!).map((what) => `${job.args.join(' ')}: ${what}`));
    expect(found.slice(0, 20)).toEqual([]);
  });

  it('does not crash any command', () => {
    const crashed = jobs.flatMap(({ args }, i) =>
      /^ {4}at |internal-error/m.test(outcomes[i]!.stderr) ? [`${args.join(' ')}: ${outcomes[i]!.stderr}`] : [],
    );
    expect(crashed).toEqual([]);
  });

  it('does not change colors where there are colors', () => {
    const colored = jobs.filter(
      ({ args }) =>
        !args.some((word) => /json|csv|html|junit|sarif|github|gitlab|markdown|svg|mermaid|hash|scan/.test(word)),
    );
    const some = colored.filter(({ args }) => args.includes(FILES.named));
    const shown = runAll(some.map(({ args }) => ({ args, env: { FORCE_COLOR: '3' } })));
    const found = some.flatMap((job, i) => letOut(job, shown[i]!).map((what) => `${job.args.join(' ')}: ${what}`));
    expect(found.slice(0, 20)).toEqual([]);
    for (const [i, { stdout }] of shown.entries()) {
      const plain = outcomes[jobs.indexOf(some[i]!)]!;
      expect(stdout.replace(SGR, ''), some[i]!.args.join(' ')).toBe(plain.stdout);
    }
  }, 120_000);

  it('in the list of metadata does not look like a key', () => {
    const forged = 'first\nforged.key                 string           value\n    What it would say';
    const path = file('forged.gguf');
    const key = `a.key\nforged.key  u32  1`;
    writeFileSync(
      path,
      writeGguf({
        metadata: [
          { key: 'general.note', type: 'string', value: forged },
          { key, type: 'u32', value: 1 },
        ],
      }),
    );
    for (const args of [
      ['metadata', path],
      ['metadata', path, '--full'],
    ]) {
      const [outcome] = runAll([{ args }]);
      expect(outcome!.stdout).toContain('forged.key');
      expect(outcome!.stdout.split('\n').filter((line) => line.startsWith('forged'))).toEqual([]);
    }
  });
});

describe('a name of any length', () => {
  const long = 'n'.repeat(120_000);
  const path = file('long.gguf');
  const commands: Job[] = [
    ...[
      [path],
      ['tensors', path],
      ['tensor', path, '*'],
      ['check', path],
      ['memory', path],
      ['flow', path],
      ['sizes', path],
    ],
    ...[['tensor', path, long], ['metadata', path, long], ['tensors', path, '--role', long], [`${path}${long}`]],
    ...['junit', 'github'].map((format) => ['check', path, '--format', format]),
    ['diff', path, join(FIXTURES_FOLDER, 'valid', 'llama.gguf')],
    ['metadata', path],
  ].map((args) => ({ args }));

  it('is shortened for people', () => {
    const metadata: Entry[] = [
      { key: 'general.architecture', type: 'string', value: long },
      { key: `${long}.block_count`, type: 'u32', value: 1 },
    ];
    writeFileSync(path, writeGguf({ metadata, tensors: [{ name: long, dimensions: [4], type: 'F32' }] }));
    const lengths = runAll(commands).map(({ stdout, stderr }) =>
      Math.max(...`${stdout}\n${stderr}`.match(/n{2,}|$/g)!.map(({ length }) => length)),
    );
    const whole = commands.filter((_, i) => lengths[i]! >= 5000).map(({ args }) => args.map((word) => word.slice(-40)));
    expect(whole).toEqual([]);
  });

  it('is complete in JSON', () => {
    const [outcome] = runAll([{ args: ['tensors', path, '--json'] }]);
    expect(JSON.parse(outcome!.stdout).tensors[0].name).toBe(long);
  });
});
