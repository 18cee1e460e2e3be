/** `--output`: the result in a file, either complete or not at all. */

import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FIXTURES_FOLDER } from '../support/places.js';
import { PROGRAM, plainEnvironment, run } from './run.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const left = () => readdirSync(folder).filter((name) => name.endsWith('.part'));

describe('the file', () => {
  it.each([
    ['explain', [TINY]],
    ['tensors', [TINY, '--csv']],
    ['metadata', [TINY, 'general.name']],
    ['tensor', [TINY, 'output_norm.weight', '--raw', 'npy']],
    ['check', [TINY]],
    ['schema', ['error']],
    ['completion', ['bash']],
  ])('has the output of %s, and nothing is printed', (command, words) => {
    const path = at(`${command}.out`);
    const printed = run([command, ...words]);
    for (let time = 0; time < 2; time++) {
      expect(run([command, ...words, '-o', path])).toEqual({ ...printed, stdout: '' });
      expect(readFileSync(path, 'utf8')).toBe(printed.stdout);
    }
    expect(left()).toEqual([]);
  });

  it('is not changed where the work fails, where it is a model, and where it is a folder', () => {
    const path = at('kept.txt');
    writeFileSync(path, 'before');
    expect(run(['memory', at('none.gguf'), '--json', '-o', path]).code).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('before');
    const model = at('model.gguf');
    copyFileSync(TINY, model);
    for (const [target, why] of [
      [model, 'is a GGUF file'],
      [folder, 'it is a folder'],
      [at('no/such/folder/x'), '(the folder does not exist)'],
      [at(`${'n'.repeat(300)}`), '(the name is too long)'],
      ['', 'needs the name of a file'],
    ] as const) {
      const { code, stderr, stdout } = run(['tensors', TINY, '-o', target]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(why);
    }
    expect(left()).toEqual([]);
  });

  it('may be a link, which stays a link, a device, or standard output', () => {
    writeFileSync(at('real.txt'), 'before');
    symlinkSync(at('real.txt'), at('link.txt'));
    expect(run(['metadata', TINY, 'general.name', '-o', at('link.txt')]).code).toBe(0);
    expect(readFileSync(at('real.txt'), 'utf8')).toBe('Tiny Stories 1.6M\n');
    symlinkSync('not-yet.txt', at('ahead.txt'));
    expect(run(['metadata', TINY, 'general.name', '-o', at('ahead.txt')]).code).toBe(0);
    expect(readFileSync(at('not-yet.txt'), 'utf8')).toBe('Tiny Stories 1.6M\n');
    expect(run(['tensors', TINY, '-o', '-'])).toEqual(run(['tensors', TINY]));
    if (existsSync('/dev/null'))
      expect(run(['tensors', TINY, '-o', '/dev/null'])).toMatchObject({ stdout: '', code: 0 });
  });

  it('keeps the exit code of a verdict, and has reports beside it', () => {
    const broken = join(FIXTURES_FOLDER, 'flawed', 'missing-tensors--one-layer.gguf');
    const words = [
      'check',
      broken,
      '-o',
      at('verdict.txt'),
      '-o',
      `sarif=${at('x.sarif')}`,
      '--output',
      `json=${at('x.json')}`,
    ];
    expect(run(words)).toMatchObject({ code: 1, stdout: '' });
    expect(readFileSync(at('verdict.txt'), 'utf8')).toBe(run(['check', broken]).stdout);
    expect(JSON.parse(readFileSync(at('x.json'), 'utf8')).verdict).toBe('fail');
    expect(JSON.parse(readFileSync(at('x.sarif'), 'utf8')).version).toBe('2.1.0');
    expect(run(['check', TINY, '--init-policy', '-o', at('policy.yaml')]).code).toBe(0);
    expect(run(['check', TINY, '--policy', at('policy.yaml')]).code).toBe(0);
  });

  it.each([
    [['-o', 'a', '-o', 'b'], 'only one file can get the printed text'],
    [['-o', 'xml=a'], '"xml" is not a format'],
    [['-o', 'json='], 'does not name a file'],
    [['--init-policy', '-o', 'json=a'], 'prints a policy'],
  ])('is refused as %j', (words, why) => {
    expect(run(['check', TINY, ...words], { cwd: folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(why),
    });
  });
});

describe('a list that another run began', () => {
  it('is continued where both options name it', () => {
    const path = at('lines.jsonl');
    const scan = (...targets: string[]) => run(['scan', ...targets, '--no-fail', '--resume', path, '-o', path]);
    expect(scan(TINY)).toMatchObject({ stdout: '', code: 0 });
    const first = readFileSync(path, 'utf8');
    writeFileSync(path, `${first}{"torn`);
    scan(TINY, join(FIXTURES_FOLDER, 'valid', 'llama.gguf'));
    const lines = readFileSync(path, 'utf8');
    expect(lines.startsWith(first)).toBe(true);
    expect(
      lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).verdict),
    ).toEqual(['pass', 'pass']);
  });
});

it.skipIf(process.platform === 'win32')(
  'a signal does not change the file, and leaves no other file beside it',
  async () => {
    const path = at('stopped.jsonl');
    writeFileSync(path, 'before');
    const child = spawn(process.execPath, [PROGRAM, 'scan', '-o', path], {
      env: plainEnvironment(),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.write(`${TINY}\n`);
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (left().length === 0) return;
        clearInterval(look);
        resolve();
      }, 5);
    });
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(143);
    expect([readFileSync(path, 'utf8'), left()]).toEqual(['before', []]);
  },
);
