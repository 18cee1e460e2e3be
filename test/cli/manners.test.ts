/** The manners of a command-line program: streams, exit codes, pipes, colors, width, and what can be named as a model. */

import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ErrorReportSchema } from '../../src/report/schema.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { type Outcome, PROGRAM, PROJECT_FOLDER, plainEnvironment, run } from './run.js';
import { folderWithProgram, runLine } from './transcript.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const SMALL = join(FIXTURES_FOLDER, 'valid', 'version-3.gguf');

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
const programFolder = folderWithProgram();
afterAll(() => {
  for (const made of [folder, programFolder]) rmSync(made, { recursive: true });
});

describe('streams and exit codes', () => {
  it.each([
    { args: [SMALL], code: 0 },
    { args: ['tensors', SMALL], code: 0 },
    { args: ['metadata', SMALL], code: 0 },
    { args: ['--help'], code: 0 },
    { args: ['schema', 'error'], code: 0 },
  ])('$args prints only to standard output and ends its last line', ({ args, code }) => {
    const outcome = run(args);
    expect(outcome).toMatchObject({ code, stderr: '' });
    expect(outcome.stdout).toMatch(/[^\n]\n$/);
  });

  it.each([
    { args: ['no-such-file.gguf'] },
    { args: ['tensors', SMALL, '--layer', 'x'] },
    { args: ['tensor', SMALL, 'nobody'] },
    { args: ['metadata', SMALL, 'no.key'] },
    { args: ['tensors', SMALL, '--colour'] },
    { args: ['tensors'] },
    { args: [] },
  ])('$args prints only to standard error and ends with 2', ({ args }) => {
    const outcome = run(args);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/\S\n$/);
  });

  it('prints its version', () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
    expect(run(['--version'])).toEqual({ stdout: `${version}\n`, stderr: '', code: 0 });
  });
});

describe('a reader that goes away', () => {
  /** Runs the program with one of its streams closed before it writes. */
  async function withClosed(stream: 'stdout' | 'stderr', args: readonly string[]): Promise<Outcome> {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: plainEnvironment(), cwd: PROJECT_FOLDER });
    child[stream].destroy();
    const heard = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (text) => (heard[name] += text));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { ...heard, code };
  }

  it.each([
    { args: [TINY] },
    { args: [TINY, '--json'] },
    { args: ['tensors', TINY] },
    { args: ['tensors', TINY, '--csv'] },
    { args: ['tensors', TINY, '--ndjson'] },
    { args: ['tensor', TINY, '*'] },
    { args: ['metadata', TINY, '--full', '--json'] },
    { args: ['metadata', TINY, 'tokenizer.ggml.tokens'] },
    { args: ['schema'] },
    { args: ['--help'] },
  ])('is not an error: $args', async ({ args }) => {
    expect(await withClosed('stdout', args)).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  it('does not hide that a file could not be read', async () => {
    expect(await withClosed('stdout', ['no-such-file.gguf', '--json'])).toMatchObject({ code: 2 });
    expect(await withClosed('stderr', ['no-such-file.gguf'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('may be slow: all of it arrives', async () => {
    const line = `gguf-explain schema | (sleep 0.3; cat)`;
    const { stdout } = await runLine(line, programFolder);
    expect(stdout).toBe(run(['schema']).stdout);
  });
});

describe('colors', () => {
  const colorsOf = (env: Record<string, string>) => {
    const { stdout } = run(['metadata', SMALL], { env });
    return [...new Set(stdout.match(/\x1b\[[\d;]*m/g))].sort();
  };
  const SIXTEEN = ['\x1b[22m', '\x1b[2m'];
  const ALL = ['\x1b[38;2;117;117;117m', '\x1b[39m'];

  it.each([
    { env: {}, colors: [] },
    { env: { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, colors: [] },
    { env: { FORCE_COLOR: '1' }, colors: SIXTEEN },
    { env: { FORCE_COLOR: '' }, colors: [] },
    { env: { FORCE_COLOR: '3' }, colors: ALL },
    { env: { FORCE_COLOR: '0' }, colors: [] },
    { env: { FORCE_COLOR: '1', NO_COLOR: '1' }, colors: [] },
    { env: { FORCE_COLOR: '1', NO_COLOR: '' }, colors: SIXTEEN },
  ])('with $env', ({ env, colors }) => {
    expect(colorsOf(env)).toEqual(colors);
  });

  it('are never in output for scripts', () => {
    const env = { FORCE_COLOR: '3' };
    for (const args of [['--json'], ['--csv'], ['--ndjson']]) {
      expect(run(['tensors', SMALL, ...args], { env }).stdout).not.toContain('\x1b');
    }
    expect(run(['metadata', SMALL, 'general.architecture'], { env }).stdout).toBe('llama\n');
  });
});

describe('the width of a page that goes into a pipe', () => {
  const widest = (columns: string) => {
    const { stdout } = run(['fixtures/tiny-stories-Q4_K_M.gguf'], { env: { COLUMNS: columns } });
    return Math.max(...stdout.split('\n').map((line) => line.length));
  };

  it('is that of COLUMNS, else 100', () => {
    expect([widest('90'), widest('120')]).toEqual([90, 120]);
    expect(['', '0', '-5', 'wide', '1e999', '80.5'].map(widest)).toEqual([100, 100, 100, 100, 100, 100]);
  });
});

describe('what can be named as a model', () => {
  const sameAs = (outcome: Outcome, name: string) =>
    expect(outcome).toEqual({ ...run([SMALL, '--json']), stdout: expect.stringContaining(JSON.stringify(name)) });

  it('a file with any name', () => {
    for (const name of ['a b.gguf', "it's.gguf", '--json.gguf', 'model', '模型.gguf']) {
      copyFileSync(SMALL, join(folder, name));
      sameAs(run(['explain', '--json', '--', name], { cwd: folder }), name);
      rmSync(join(folder, name));
    }
  });

  it('a folder with one model in it, whatever else it holds', () => {
    const models = join(folder, 'one');
    mkdirSync(models);
    writeFileSync(join(models, 'README.md'), '');
    copyFileSync(SMALL, join(models, 'Model.GGUF'));
    sameAs(run([models, '--json']), models);
  });

  it('but not a folder with several: the error names them', () => {
    const models = join(folder, 'several');
    mkdirSync(models);
    for (const name of ['b.gguf', 'a.gguf']) copyFileSync(SMALL, join(models, name));
    const { stderr, code } = run([models]);
    expect(code).toBe(2);
    expect(stderr).toContain('2 models (several-models)\n');
    expect(stderr).toContain(`name one of them: ${join(models, 'a.gguf')}, ${join(models, 'b.gguf')}\n`);
    for (let i = 0; i < 20; i++) copyFileSync(SMALL, join(models, `c${i}.gguf`));
    expect(run([models]).stderr).toContain(' and 14 more\n');
  });

  it('and not an empty folder', () => {
    mkdirSync(join(folder, 'empty'));
    expect(run([join(folder, 'empty')])).toMatchObject({ code: 2, stderr: expect.stringContaining('(no-models)') });
  });

  it('a pipe', async () => {
    const { stdout, stderr, code } = await runLine(`cat '${SMALL}' | gguf-explain /dev/stdin --json`, programFolder);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(JSON.parse(stdout).file).toMatchObject({ name: '/dev/stdin', tensorCount: 3 });
  });

  it.skipIf(process.getuid?.() === 0)(
    'but not a file that this user may not read (needs a user with few rights)',
    () => {
      const path = join(folder, 'secret.gguf');
      copyFileSync(SMALL, path);
      chmodSync(path, 0);
      const { stderr, code } = run([path]);
      expect({ stderr, code }).toEqual({
        stderr: `gguf-explain: ${path}: this user may not read it (not-readable)\n`,
        code: 2,
      });
    },
  );
});

describe('an error', () => {
  it.each([
    { asked: '--json', words: ['diff', 'nowhere.gguf', 'nowhere.gguf', '--json'] },
    { asked: '--format json', words: ['diff', 'nowhere.gguf', 'nowhere.gguf', '--format', 'json'] },
    { asked: '--format=json', words: ['diff', '--format=json', 'nowhere.gguf'] },
  ])('is JSON in place of the report, with $asked', ({ words }) => {
    const { stdout, code } = run(words);
    expect(code).toBe(2);
    expect(ErrorReportSchema.safeParse(JSON.parse(stdout)).success).toBe(true);
  });
});

describe('standard input', () => {
  it('gives the report of the file, except for its name and size', () => {
    for (const path of [TINY, SMALL, join(FIXTURES_FOLDER, 'valid', 'mixtral.gguf')]) {
      const piped = run(['-', '--json'], { input: readFileSync(path) });
      expect(piped).toMatchObject({ code: 0, stderr: '' });
      const [fromPipe, fromFile] = [piped, run([path, '--json'])].map(({ stdout }) => JSON.parse(stdout));
      expect(fromPipe.file).toMatchObject({ name: '-', size: null });
      expect(fromPipe).toEqual({ ...fromFile, file: { ...fromFile.file, name: '-', size: null } });
    }
  });

  it('works for every command, in either position', () => {
    const input = readFileSync(SMALL);
    expect(run(['tensors', '-', '--csv'], { input }).stdout).toBe(run(['tensors', SMALL, '--csv']).stdout);
    expect(run(['tensor', 'output_norm.weight', '-'], { input })).toMatchObject({ code: 0 });
    expect(run(['metadata', 'general.architecture', '-'], { input }).stdout).toBe('llama\n');
  });

  it('that ends in the header is an error with its place', () => {
    const input = readFileSync(SMALL).subarray(0, 300);
    const { stderr, code } = run(['-'], { input });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^gguf-explain: -: truncated at byte \d+ /);
    expect(stderr).toContain('the end of the file at byte 300');
  });

  it('that ends in the data is explained nevertheless', () => {
    expect(run(['-'], { input: readFileSync(SMALL).subarray(0, 500) })).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('the value of one key', () => {
  const value = (path: string, key: string) => run(['metadata', join(FIXTURES_FOLDER, path), key]);

  it.each([
    { path: 'valid/value-types.gguf', key: 'u64.most', text: '18446744073709551615\n' },
    { path: 'valid/value-types.gguf', key: 'i64.least', text: '-9223372036854775808\n' },
    { path: 'valid/value-types.gguf', key: 'f32.nan', text: 'NaN\n' },
    { path: 'valid/value-types.gguf', key: 'bool.true', text: 'true\n' },
    { path: 'valid/value-types.gguf', key: 'string.empty', text: '\n' },
    { path: 'valid/value-types.gguf', key: 'array.of_string', text: '\none\nzwei\n' },
    { path: 'valid/value-types.gguf', key: 'array.empty', text: '' },
    { path: 'valid/hostile-text.gguf', key: '__proto__', text: 'polluted?\n' },
    { path: 'valid/hostile-text.gguf', key: 'nul', text: 'before\0after\n' },
  ])('$key is the content of the file, to the byte', ({ path, key, text }) => {
    expect(value(path, key)).toEqual({ stdout: text, stderr: '', code: 0 });
  });

  it('is complete, however long', () => {
    const { stdout } = value('valid/long-arrays.gguf', 'tokenizer.ggml.tokens');
    expect(stdout).toBe(Array.from({ length: 1500 }, (_, i) => `t${i}\n`).join(''));
  });

  it('is that of the first entry where there are several, as llama.cpp reads it', () => {
    expect(value('flawed/duplicate-key--other-value.gguf', 'general.name').stdout).toBe('x\n');
  });
});
