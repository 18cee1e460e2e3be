/** Each function of the library gives what the command of its name prints with --json, whatever kind of input the model is. */

import { copyFileSync, createReadStream, mkdtempSync, openAsBlob, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Library from '../../src/index.js';
import { PROJECT_FOLDER, run } from '../cli/run.js';
import { TINY } from '../report/reports.js';

/** As it is installed: with kernels and threads. */
const library: typeof Library = await import(pathToFileURL(join(PROJECT_FOLDER, 'dist', 'index.js')).href);

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-library-'));
const path = join(folder, 'M.gguf');
copyFileSync(TINY, path);
const bytes = readFileSync(path);
const blob = await openAsBlob(path);

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const part = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      ...(request.headers.range === undefined ? {} : part),
      'content-length': bytes.length - from,
    });
    response.end(bytes.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function* pieces(): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += 50_021) yield bytes.subarray(at, at + 50_021);
}

/** What can be read in any order, and what only once. */
const ANY_ORDER: Record<string, () => Library.Input> = {
  path: () => path,
  'file URL as text': () => pathToFileURL(path).href,
  'file URL': () => pathToFileURL(path),
  address: () => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/M.gguf`),
  bytes: () => bytes,
  ArrayBuffer: () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
  Blob: () => blob,
};
const ONCE: Record<string, () => Library.Input> = {
  'stream of Node': () => createReadStream(path),
  'stream of the web': () => blob.stream() as unknown as AsyncIterable<Uint8Array>,
  generator: pieces,
  chunks: () => [bytes.subarray(0, 1000), bytes.subarray(1000)],
};

/** What each function and each command line have to give alike; the model is called M. */
const FUNCTIONS: Record<
  string,
  { ask: (input: Library.Input) => Promise<unknown>; line: (target: string) => string[] }
> = {
  explain: { ask: (input) => library.explain(input, { name: 'M' }), line: (target) => ['explain', target] },
  'explain with data': {
    ask: (input) => library.explain(input, { name: 'M', data: true, threads: 1 }),
    line: (target) => ['explain', target, '--data'],
  },
  memory: {
    // An array is several models: one of which the pieces are given goes into it.
    ask: (input) => library.memory([input], { name: 'M', context: [100, 200], kvTypeK: 'q8_0' }),
    line: (target) => ['memory', target, '--context', '100,200', '--kv-type', 'q8_0'],
  },
  sizes: {
    ask: (input) => library.sizes(input, { name: 'M', types: 'all', imatrix: true }),
    line: (target) => ['sizes', target, '--all', '--imatrix'],
  },
  diff: {
    ask: (input) => library.diff(input, bytes, { names: ['M', path], data: true }),
    line: (target) => ['diff', target, path, '--data'],
  },
  'diff of values': {
    ask: (input) => library.diff(input, path, { names: ['M', path], values: true, ignore: ['general.*'] }),
    line: (target) => ['diff', target, path, '--values', '--ignore', 'general.*'],
  },
  hash: {
    ask: (input) => library.hash(input, { name: 'M', uuid: true }),
    line: (target) => ['hash', target, '--uuid'],
  },
  tokens: {
    ask: (input) => library.tokens(input, 'Once upon', { name: 'M', nearest: 3 }),
    line: (target) => ['token', target, 'Once upon', '--text', '--nearest', '3'],
  },
  tensorValues: {
    ask: (input) => library.tensorValues(input, 'blk.*.attn_q.weight', { name: 'M' }),
    line: (target) => ['tensor', target, 'blk.*.attn_q.weight'],
  },
  'tensorValues of a slice': {
    ask: (input) => library.tensorValues(input, 'blk.0.attn_q.weight', { name: 'M', slice: '0:2,-3:' }),
    line: (target) => ['tensor', target, 'blk.0.attn_q.weight', '--slice', '0:2,-3:'],
  },
  flow: { ask: (input) => library.flow(input, { name: 'M' }), line: (target) => ['flow', target] },
  'flow of a prompt': {
    ask: (input) => library.flow(input, { name: 'M', prompt: 'Once upon a' }),
    line: (target) => ['flow', target, 'Once upon a'],
  },
};

/** What a command prints, with the model called M. Standard input is not a model that has a name. */
function printed(line: string[], input?: Uint8Array): unknown {
  const { stdout } = run([...line, '--json'], { columns: 100, ...(input === undefined ? {} : { input }) });
  const report = JSON.parse(stdout);
  rename(report);
  return report;
}

function rename(report: {
  file?: { name: string } | string;
  before?: { file: { name: string } };
  error?: object;
}): void {
  if (typeof report.file === 'string') report.file = 'M';
  else if (report.file !== undefined) report.file.name = 'M';
  if (report.before !== undefined) report.before.file.name = 'M';
}

/** Whether two inputs are the same file can only be known of files. */
function withoutIdentity(report: unknown): unknown {
  const { sameBytes: _, ...rest } = report as { sameBytes?: unknown };
  return JSON.parse(JSON.stringify(rest));
}

describe.each(Object.entries(FUNCTIONS))('%s', (name, { ask, line }) => {
  it('is the same for all that can be read in any order', async () => {
    const expected = withoutIdentity(printed(line(path)));
    for (const [kind, input] of Object.entries(ANY_ORDER)) {
      expect(withoutIdentity(await ask(input())), kind).toEqual(expected);
    }
  });

  it('is that of standard input for what comes once', async () => {
    const expected = printed(line('-'), bytes);
    for (const [kind, input] of Object.entries(ONCE)) {
      const given = await ask(input()).then(withoutIdentity, (error) => ({ code: error.code }));
      const { error } = expected as { error?: { code: string } };
      expect(given, `${name}: ${kind}`).toEqual(error === undefined ? withoutIdentity(expected) : { code: error.code });
    }
  });
});

describe('check', () => {
  it('judges files with what stands around them, as the command does', async () => {
    const wanted = JSON.parse(run(['check', path, join(folder, 'none.gguf'), '--json']).stdout);
    expect(await library.check([pathToFileURL(path), join(folder, 'none.gguf')])).toEqual(wanted);
    expect(await library.check(folder, { data: true, failOn: 'advice', rules: ['data', 'format'] })).toEqual(
      JSON.parse(run(['check', folder, '--data', '--fail-on', 'advice', '--rules', 'data,format', '--json']).stdout),
    );
  });

  it('judges everything else by its bytes alone, as the command does with standard input', async () => {
    const wanted = JSON.parse(run(['check', '-', '--json'], { input: bytes }).stdout);
    wanted.files[0].target = 'M';
    for (const kind of ['bytes', 'ArrayBuffer', 'Blob'] as const) {
      expect(await library.check(ANY_ORDER[kind]?.() as Library.Input, { name: 'M' }), kind).toEqual(wanted);
    }
    expect(await library.check(pieces(), { name: 'M' })).toEqual(wanted);
  });

  it('judges what cannot be read', async () => {
    const { verdict, files } = await library.check(bytes.subarray(0, 500));
    expect([verdict, files[0]?.error?.code]).toEqual(['unreadable', 'truncated']);
  });
});

describe('the schemas', () => {
  it('are those that the command prints', async () => {
    expect(await library.jsonSchemas()).toEqual(JSON.parse(run(['schema']).stdout).schemas);
  });
});

describe('an abort', () => {
  const reason = new Error('enough');

  it.each<[string, (input: Library.Input, options: Library.InputOptions) => Promise<unknown>]>([
    ['explain', library.explain],
    ['check', library.check],
    ['memory', library.memory],
    ['sizes', library.sizes],
    ['hash', library.hash],
    ['readGguf', library.readGguf],
    ['diff', (input, options) => library.diff(input, path, options)],
    ['tokens', (input, options) => library.tokens(input, 'Once', options)],
    ['tensorValues', (input, options) => library.tensorValues(input, '*', options)],
    ['flow', (input, options) => library.flow(input, options)],
  ])('ends %s, before and while it waits for bytes', async (_, work) => {
    await expect(work(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    let closed = false;
    async function* stuck(): AsyncGenerator<Uint8Array, void, void> {
      try {
        yield bytes.subarray(0, 1000);
        controller.abort(reason);
        await new Promise((resolve) => controller.signal.addEventListener('abort', resolve));
        await new Promise(() => undefined);
      } finally {
        closed = true;
      }
    }
    await expect(work(stuck(), { signal: controller.signal })).rejects.toBe(reason);
    expect(closed).toBe(false);
  });

  it('ends work on tensor data', async () => {
    for (const work of [
      (options: Library.ExplainOptions) => library.hash(bytes, options),
      (options: Library.ExplainOptions) => library.explain(bytes, { ...options, data: true }),
      (options: Library.ExplainOptions) => library.explain(path, { ...options, data: true, threads: 2 }),
      (options: Library.ExplainOptions) => library.diff(bytes, path, { ...options, values: true }),
      (options: Library.ExplainOptions) => library.tensorValues(bytes, '*', options),
      (options: Library.ExplainOptions) => library.flow(bytes, { ...options, prompt: 'Once upon a time' }),
    ]) {
      const controller = new AbortController();
      const told: number[] = [];
      const onProgress = (done: number) => {
        told.push(done);
        controller.abort(reason);
      };
      await expect(work({ signal: controller.signal, onProgress })).rejects.toBe(reason);
      expect(told.length).toBeGreaterThan(0);
    }
  });
});

describe('errors', () => {
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error) => (error instanceof library.ExplainedError ? error.code : `${error}`),
    );
  const wrong = (input: unknown) => input as Library.Input;

  it.each<[string, () => Promise<unknown>]>([
    ['file-not-found', () => library.explain(join(folder, 'none.gguf'))],
    ['file-not-found', () => library.explain(pathToFileURL(join(folder, 'none.gguf')))],
    ['truncated', () => library.explain(bytes.subarray(0, 1000))],
    ['truncated', () => library.hash(bytes.subarray(0, bytes.length - 1))],
    ['truncated', () => library.explain(blob.slice(0, 1000))],
    ['bad-input', () => library.explain(wrong(42))],
    ['bad-input', () => library.explain(wrong(null))],
    ['bad-input', () => library.explain(wrong(['text']))],
    ['bad-input', () => library.explain(wrong(createReadStream(path, 'utf8')))],
    ['bad-input', () => library.explain(new URL('data:,x'))],
    ['bad-input', () => library.explain('file://elsewhere/M.gguf')],
    ['bad-header', () => library.explain('http://127.0.0.1:1/', { headers: { 'not an origin': {} } })],
    ['bad-number', () => library.memory(path, { context: 0 })],
    ['bad-number', () => library.memory(path, { context: Number.NaN })],
    ['bad-number', () => library.tokens(path, 'x', { nearest: 101 })],
    ['bad-word', () => library.memory(path, { kvTypeK: 'q9' as 'q8_0' })],
    ['bad-word', () => library.hash(path, { algorithm: 'md5' as 'sha256' })],
    ['bad-word', () => library.check(path, { failOn: 'never' as 'error' })],
    ['bad-rules', () => library.check(path, { rules: ['all' as 'data'] })],
    ['bad-type', () => library.sizes(path, { types: ['Q9'] })],
    ['bad-slice', () => library.tensorValues(path, 'output_norm.weight', { slice: '1:1' })],
    ['no-such-tensor', () => library.tensorValues(path, 'nothing')],
    ['no-such-token', () => library.tokens(path, 1_000_000)],
    ['bad-token', () => library.flow(path, { tokens: [1_000_000] })],
    ['bad-manifest', () => library.hash(path, { manifest: 'nothing' })],
    ['stream', () => library.flow(pieces(), { prompt: 'x' })],
  ])('are told with a code: %s', async (code, work) => {
    expect(await codeOf(work())).toBe(code);
  });

  it('have the name of the input', async () => {
    await expect(library.explain(bytes.subarray(0, 9), { name: 'mine' })).rejects.toMatchObject({ target: 'mine' });
    await expect(library.tokens(path, 1_000_000)).rejects.toMatchObject({ target: path });
  });
});
