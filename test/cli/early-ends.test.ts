/** Events that end a command before its work is done: signals, threads that die, files of other users. */

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeSmall } from '../bench/models.js';
import { layGguf, tensor, text } from '../support/gguf-writer.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { PROGRAM, plainEnvironment, run } from './run.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const folder = mkdtempSync(join(tmpdir(), 'early-ends-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A header whose data never ends. */
const { bytes: HEADER } = layGguf({
  metadata: [text('general.architecture', 'llama')],
  tensors: [{ ...tensor('output.weight', [4096, 4096]), data: 'absent' }],
});

/** Runs a command with more standard input than a pipe holds, so that it is at work, and sends it a signal. */
async function stopped(args: readonly string[], signal: NodeJS.Signals) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: plainEnvironment() });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk;
  });
  const code = new Promise((resolve) => child.on('close', resolve));
  child.stdin.on('error', () => undefined);
  await new Promise((resolve) => child.stdin.write(Buffer.concat([HEADER, Buffer.alloc(8 << 20)]), resolve));
  child.kill(signal);
  return { code: await code, ...said };
}

describe.skipIf(process.platform === 'win32')('a signal', () => {
  const commands = [
    ['hash', '-'],
    ['tensor', '-', 'output.weight', '--raw', 'f32'],
    ['tensor', '-', 'output.weight', '--data'],
    ['check', '-', '--data', '--quiet'],
    ['-', '--data'],
  ];
  it.each(commands)('ends %s %s, which reports how far it was', async (...args) => {
    const { code, stderr } = await stopped(args, 'SIGINT');
    expect(stderr).toMatch(/^gguf-explain: stopped by Ctrl-C[^\n]*; [^\n]* \(interrupted\)\n$/);
    expect(code).toBe(130);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('has its exit code: %s', async (signal, expected) => {
    const { code, stdout, stderr } = await stopped(['hash', '-', '--json'], signal);
    expect(code).toBe(expected);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'interrupted' });
    expect(stderr).toMatch(/stopped by SIG\w+ after .* of 64.0 MiB were hashed; no result was printed/);
  });
});

/** A model of 640 MB whose data is a hole: enough work for threads in every command that has them. */
const HOLE = writeSmall(join(folder, 'hole.gguf')).path;

/** The commands with threads, each with the arguments that make it start them. */
const THREADED = {
  values: ['check', '--data', '--threads', '2', HOLE],
  hash: ['hash', HOLE],
  matmul: ['flow', HOLE, '--tokens', '1,2,3'],
  scan: ['scan', '--jobs', '2', '--time-limit', '100', HOLE],
};
const JOBS = Object.keys(THREADED) as (keyof typeof THREADED)[];

/** Code that a thread runs instead of its job, as a program that Node loads before the worker. */
const DEEDS = {
  exit: 'process.exit(7)',
  fault: '[].none()',
  memory: 'const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length))',
  // Reports that it runs, then never handles a message again.
  hang: "require('fs').writeSync(2, 'begun\\n'); for (;;);",
};

/** An environment in which threads do this. */
function doing(deed: keyof typeof DEEDS): Record<string, string> {
  const hook = join(folder, `${deed}.cjs`);
  writeFileSync(hook, `if (!require('node:worker_threads').isMainThread) setImmediate(() => { ${DEEDS[deed]} });`);
  // A small heap is soon full.
  return { NODE_OPTIONS: `--require ${JSON.stringify(hook)} --max-old-space-size=100` };
}

describe('a thread that dies', () => {
  it.each(JOBS)('ends %s with a sentence', (name) => {
    const { code, stdout, stderr } = run(THREADED[name], { env: doing('exit') });
    expect(stderr).toMatch(
      /^gguf-explain: [^\n]*a thread of the program ended before its work was done \(thread-ended\)\n/,
    );
    expect([code, stdout]).toEqual([2, '']);
  });

  it.each(JOBS)('of a lack of memory ends %s with a sentence', (name) => {
    const { code, stdout, stderr } = run(THREADED[name], { env: doing('memory') });
    expect(stderr).toMatch(/^gguf-explain: [^\n]*a thread of the program ran out of memory \(out-of-memory\)\n/m);
    expect([code, stdout]).toEqual([2, '']);
  });

  it.each(JOBS)('of a fault ends %s with a fault, without a stack', (name) => {
    const { code, stdout, stderr } = run(THREADED[name], { env: doing('fault') });
    expect(stderr).toMatch(/a fault in gguf-explain itself: .*\(internal-error\)\n {2}hint: please report it/);
    expect(stderr).not.toContain('    at ');
    expect([code, stdout]).toEqual([2, '']);
  });

  it('ends a scan after whole lines', () => {
    const { code, stdout } = run(['scan', '--jobs', '2'], { env: doing('exit'), input: `${TINY}\n`.repeat(12) });
    expect(code).toBe(2);
    for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ verdict: 'pass' });
  });
});

describe.skipIf(process.platform === 'win32')('a thread that hangs', () => {
  it.each(JOBS)('does not keep %s from ending at a signal', async (name) => {
    const env = { ...plainEnvironment(), ...doing('hang') };
    const child = spawn(process.execPath, [PROGRAM, ...THREADED[name]], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr === '') child.kill('SIGINT');
      stderr += chunk;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
    expect(stderr).toMatch(/^gguf-explain: stopped by Ctrl-C[^\n]* \(interrupted\)$/m);
  });

  it('in a pipe that nobody writes to does not keep a scan from ending at a signal', async () => {
    const pipe = join(folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    // The same thread scans the first model and then waits for the pipe.
    const args = ['scan', '--jobs', '1', '--time-limit', '100', TINY, pipe];
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: plainEnvironment() });
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGINT'), 200));
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
  });
});

/** A user that owns nothing. Only root can switch to it, and the program must be in a folder that it can read. */
const NOBODY = { uid: 65534, gid: 65534 };
const asNobody = (args: string[]) =>
  spawnSync(process.execPath, [PROGRAM, ...args], { ...NOBODY, cwd: '/', env: plainEnvironment(), encoding: 'utf8' });
const canBeNobody = process.getuid?.() === 0 && asNobody(['--version']).status === 0;

describe.skipIf(!canBeNobody)('the files of another user (needs root)', () => {
  it('are reported as such by every command', () => {
    const path = join(folder, 'private.gguf');
    writeFileSync(path, HEADER);
    chmodSync(folder, 0o755);
    chmodSync(path, 0o600);
    for (const args of [[path], ['hash', path], ['check', path], ['tensors', '--stats', path], ['diff', path, path]]) {
      const { status, stdout, stderr } = asNobody(args);
      expect(`${stdout}${stderr}`, args.join(' ')).toMatch(/may not read it/);
      expect(status).toBe(2);
    }
  });
});

describe('a NUL character', () => {
  it('in a list of targets is reported in the line of its target', () => {
    const { code, stdout } = run(['scan'], { input: 'a\0b\nhttp://127.0.0.1:9/a\0b\n' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => typeof JSON.parse(line).error.message)).toEqual(['string', 'string']);
    expect(code).toBe(2);
  });
});
