/**
 * A file may contain any text. Characters that control a terminal must never reach it, and a script must never get text that misleads it.
 */

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES_FOLDER, ggufFilesIn } from '../support/places.js';
import { type Job, runAll } from './batch.js';
import type { Outcome } from './run.js';

/** Controls, formatting characters (including bidi and zero-width characters), line separators, lone surrogates, invisible letters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu;
/** Select Graphic Rendition: colors and weights, the only sequences that a theme uses. */
const SGR = /\x1b\[[\d;]*m/g;

const HOSTILE = ggufFilesIn(join(FIXTURES_FOLDER, 'valid'))
  .concat(ggufFilesIn(join(FIXTURES_FOLDER, 'flawed')))
  .filter((path) => /hostile|unicode|utf8|value-types|empty-key|name-too-long/.test(path));

const FORMATS: readonly ((path: string) => string[])[] = [
  (path) => [path],
  (path) => [path, '--json'],
  (path) => ['tensors', path],
  (path) => ['tensors', path, '--no-fold'],
  (path) => ['tensors', path, '--json'],
  (path) => ['tensors', path, '--ndjson'],
  (path) => ['tensors', path, '--csv'],
  (path) => ['tensor', path, '*'],
  (path) => ['tensor', path, '*', '--json'],
  (path) => ['tensor', path, 'nobody\x1b[31m\u202e'],
  (path) => ['metadata', path],
  (path) => ['metadata', path, '--full'],
  (path) => ['metadata', path, '--json'],
  (path) => ['list', path],
  (path) => ['list', path, '--json'],
  (path) => ['metadata', path, 'nobody\x1b[31m\u202e\u200b', '--json'],
];

/** Output that differs every time, because it contains the elapsed time. */
const scan: (typeof FORMATS)[number] = (path) => ['scan', path];

const allowed = (args: readonly string[], character: string) =>
  character === '\n' || (character === '\r' && args.includes('--csv'));

function unsafeIn(text: string, args: readonly string[]): string[] {
  return (text.match(UNSAFE) ?? []).filter((character) => !allowed(args, character));
}

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('hostile text', () => {
  const jobs = HOSTILE.flatMap((path) => FORMATS.map((format): Job => ({ args: format(path) })));
  let plain: Outcome[];
  beforeAll(() => {
    plain = runAll(jobs);
  }, 60_000);

  it('is in the tested files', () => {
    expect(HOSTILE.map((path) => path.slice(FIXTURES_FOLDER.length + 1))).toEqual(
      expect.arrayContaining(['valid/hostile-text.gguf', 'valid/unicode.gguf', 'flawed/invalid-utf8--value.gguf']),
    );
  });

  it('never reaches standard output or standard error', () => {
    const reached = jobs.flatMap(({ args }, i) => {
      const found = [...unsafeIn(plain[i]!.stdout, args), ...unsafeIn(plain[i]!.stderr, args)];
      return found.length === 0 ? [] : [{ args, found: found.map((character) => JSON.stringify(character)) }];
    });
    expect(reached).toEqual([]);
  });

  it('is not let through with colors either, which change nothing but colors', () => {
    const colored = runAll(jobs.map(({ args }) => ({ args, env: { FORCE_COLOR: '3' } })));
    expect(colored.some(({ stdout }) => SGR.test(stdout))).toBe(true);
    for (const [i, { stdout, stderr, code }] of colored.entries()) {
      expect({ stdout: stdout.replace(SGR, ''), stderr, code }, jobs[i]?.args.join(' ')).toEqual(plain[i]);
    }
  });

  it('in the name of the file is not let through either', () => {
    const path = join(folder, 'evil\x1b[31m\u202egguf.\u200b\n.gguf');
    copyFileSync(join(FIXTURES_FOLDER, 'valid', 'llama.gguf'), path);
    const named = [path, `${path}.missing`].flatMap((name) =>
      [...FORMATS, scan].map((format): Job => ({ args: format(name) })),
    );
    const reached = runAll(named).flatMap(({ stdout, stderr }, i) => unsafeIn(stdout + stderr, named[i]!.args));
    expect(reached).toEqual([]);
  });

  it('is unchanged for a program that reads the JSON', () => {
    const path = join(FIXTURES_FOLDER, 'valid', 'hostile-text.gguf');
    const [outcome] = runAll([{ args: ['metadata', path, '--json'] }]);
    const { metadata } = JSON.parse(outcome!.stdout) as { metadata: { key: string; value: unknown }[] };
    const value = (key: string) => metadata.find((entry) => entry.key === key)?.value;
    expect(value('hostile.list')).toEqual(['\x1b[0m', '\u202e', '\0', '\u200b', '</td>']);
    expect(value('nul')).toBe('before\0after');
    expect(value('__proto__')).toBe('polluted?');
    expect(value('key\x1b[31m.with\u202e.controls\n')).toBe('a hostile key');
  });

  it('does not become a formula in a spreadsheet', () => {
    const [outcome] = runAll([{ args: ['tensors', join(FIXTURES_FOLDER, 'valid', 'hostile-text.gguf'), '--csv'] }]);
    expect(outcome!.stdout.split('\r\n').filter((line) => /^"?[=+\-@]/.test(line))).toEqual([]);
  });
});
