/** Paths that cannot be accessed: each command reports them and continues with the rest. */

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES_FOLDER } from '../support/places.js';
import { run } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-unreadable-'));
const good = join(folder, 'models', 'llama.gguf');
const circle = join(folder, 'circle.gguf');
const longName = join(folder, `${'a'.repeat(300)}.gguf`);

beforeAll(() => {
  mkdirSync(join(folder, 'models'));
  copyFileSync(join(FIXTURES_FOLDER, 'valid', 'llama.gguf'), good);
  symlinkSync('circle.gguf', circle);
  symlinkSync('circle.gguf', join(folder, 'models', 'circle.gguf'));
  // A folder whose path is longer than the system accepts: nobody can read it, not even root.
  const deeper = "for (let i = 0; i < 20; i++) { fs.mkdirSync('d'.repeat(250)); process.chdir('d'.repeat(250)); }";
  execFileSync(process.execPath, ['-e', deeper], { cwd: join(folder, 'models') });
});
afterAll(() => execFileSync('rm', ['-r', folder]));

const linesOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .sort((a, b) => a.target.length - b.target.length);

describe.each([
  ['in a circle of links', circle],
  ['with a name too long for the system', longName],
])('a path %s', (_what, path) => {
  it.each([['explain'], ['tensors'], ['memory'], ['hash'], ['list'], ['diff', good]])(
    'is an error of %s',
    (...words) => {
      const { stderr, code } = run([...words, path]);
      expect(stderr).toMatch(/: it cannot be read \((ELOOP|ENAMETOOLONG)\) \(not-readable\)\n$/);
      expect(code).toBe(2);
    },
  );

  it('is one verdict of check, and one line of scan', () => {
    const checked = run(['check', path, good, '--json']);
    expect(JSON.parse(checked.stdout).files.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      'unreadable',
      'pass',
    ]);
    const scanned = run(['scan'], { input: `${path}\n${good}\n` });
    expect([scanned.stderr, scanned.code]).toEqual(['', 2]);
    expect(linesOf(scanned.stdout).map(({ target, verdict }) => [target, verdict])).toEqual(
      expect.arrayContaining([
        [path, 'unreadable'],
        [good, 'pass'],
      ]),
    );
  });
});

it('a folder inside another is reported, and the models beside it are judged', () => {
  const scanned = run(['scan', join(folder, 'models')]);
  expect([scanned.stderr, scanned.code]).toEqual(['', 2]);
  expect(linesOf(scanned.stdout).map(({ verdict, error }) => [verdict, error?.message])).toEqual([
    ['pass', undefined],
    ['unreadable', 'it cannot be read (ELOOP)'],
    ['unreadable', 'it cannot be read (ENAMETOOLONG)'],
  ]);
  const checked = run(['check', join(folder, 'models'), '--quiet']);
  expect(checked.stdout).toMatch(/^ ?pass .*llama\.gguf/m);
  expect([checked.stderr, checked.code]).toEqual(['', 2]);
});

it('a link in a circle is a row of list, and so is an inaccessible folder inside', () => {
  const { stdout, stderr, code } = run(['list', join(folder, 'models'), '--json']);
  expect([stderr, code]).toEqual(['', 0]);
  expect(JSON.parse(stdout).models.map(({ error }: { error?: { code: string } }) => error?.code)).toEqual([
    'not-readable',
    undefined,
    'not-readable',
  ]);
});

it('a line of standard input that holds a NUL is one error, with the intended option', () => {
  const { stdout, stderr, code } = run(['scan'], { input: `${good}\0${good}\n${good}\n` });
  expect([stderr, code]).toEqual(['', 2]);
  expect(linesOf(stdout).map(({ verdict, error }) => [verdict, error?.hint])).toEqual([
    ['pass', undefined],
    ['unreadable', 'for a list written by find -print0 use scan -0'],
  ]);
});

it('a former run that cannot be accessed is an error', () => {
  const { stdout, stderr, code } = run(['scan', '--resume', longName, good]);
  expect(stderr).toContain('it cannot be read (ENAMETOOLONG) (not-readable)');
  expect([stdout, code]).toEqual(['', 2]);
});

describe('a pattern that matches nothing', () => {
  it.each([']//', '[', '{,}', '**/'])('%s is a verdict of check, and a line of scan', (pattern) => {
    // In a small folder, because one of the patterns walks through all folders inside.
    const cwd = join(FIXTURES_FOLDER, 'policies');
    const { stdout, stderr, code } = run(['check', pattern, '--json'], { cwd });
    expect([stderr, code]).toEqual(['', 2]);
    expect(JSON.parse(stdout).verdict).toBe('unreadable');
  });

  it('of any length is one too', () => {
    const { stdout, stderr, code } = run(['scan'], { input: `${'q'.repeat(60_000)}*\n` });
    expect([stderr, code]).toEqual(['', 2]);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'unreadable', error: { code: 'not-readable' } });
  });
});
