/** Checks that each function of the library returns what the command of its name prints with --json, for every kind of input. */

import { copyFileSync, createReadStream, mkdtempSync, openAsBlob, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import type * as Library from '../../src/index.js';
import type { ReportName } from '../../src/report/report-names.js';
import { PROJECT_FOLDER, run } from '../cli/run.js';
import { TINY } from '../report/reports.js';
import { FIXTURES_FOLDER, ggufFilesIn } from '../support/places.js';

/** As installed: with kernels and threads. */
const library: typeof Library = await import(pathToFileURL(join(PROJECT_FOLDER, 'dist', 'library', 'index.js')).href);

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

/** The kinds of input that can be read in any order, and those that can be read only once. */
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

/** The functions and command lines that must give the same result; the model is called M. */
const FUNCTIONS = {
  explain: { ask: (input) => library.explain(input, { name: 'M' }), line: (target) => ['explain', target] },
  'explain in full': {
    ask: (input) => library.explain(input, { name: 'M', full: true, digest: true }),
    line: (target) => ['explain', target, '--full', '--digest'],
  },
  tensors: {
    ask: (input) => library.tensors(input, { name: 'M', names: ['blk.*'], roles: ['attention'], sort: 'bytes' }),
    line: (target) => ['tensors', target, 'blk.*', '--role', 'attention', '--sort', 'bytes'],
  },
  'tensors with numbers': {
    ask: (input) => library.tensors(input, { name: 'M', types: ['Q4_K'], layers: '0', stats: true, threads: 1 }),
    line: (target) => ['tensors', target, '--type', 'Q4_K', '--layer', '0', '--stats'],
  },
  metadata: { ask: (input) => library.metadata(input, { name: 'M' }), line: (target) => ['metadata', target] },
  'metadata of a key': {
    ask: (input) => library.metadata(input, { name: 'M', key: 'tokenizer.ggml.tokens' }),
    line: (target) => ['metadata', target, 'tokenizer.ggml.tokens'],
  },
  'explain with data': {
    ask: (input) => library.explain(input, { name: 'M', data: true, threads: 1 }),
    line: (target) => ['explain', target, '--data'],
  },
  memory: {
    // An array stands for several models, so a model that is given as an array of pieces is wrapped in another array.
    ask: (input) => library.memory([input], { name: 'M', context: [100, 200], kvTypeK: 'q8_0' }),
    line: (target) => ['memory', target, '--context', '100,200', '--kv-type', 'q8_0'],
  },
  'memory on cards': {
    ask: (input) =>
      library.memory([input], {
        ...{ name: 'M', context: 128, gpu: ['1GiB', 'RTX 4090'], ram: 2 ** 30, margin: 0, bandwidth: [1e9, 2e9, 5e8] },
        ...{ mtp: true, draft: path, imageSize: 448, cacheRam: 2 ** 20, placement: { tensorSplit: [1, 3] } },
      }),
    line: (target) => [
      ...['memory', target, '--context', '128', '--gpu', '1GiB', '--gpu', 'RTX 4090', '--ram', '1GiB', '--margin', '0'],
      ...['--bandwidth', '1GB/s,2GB/s,500MB/s', '--mtp', '--draft', path, '--image-size', '448', '--cache-ram', '1MiB'],
      ...['--tensor-split', '1,3'],
    ],
  },
  sizes: {
    ask: (input) => library.sizes(input, { name: 'M', types: 'all', imatrix: true }),
    line: (target) => ['sizes', target, '--all', '--imatrix'],
  },
  'sizes on a card': {
    ask: (input) => library.sizes(input, { name: 'M', context: [64, 128], gpu: 4e6, margin: 0, budget: 2e6 }),
    line: (target) => ['sizes', target, '--context', '64,128', '--gpu', '4MB', '--margin', '0', '--budget', '2MB'],
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
  'hash of the whole file': {
    ask: (input) => library.hash(input, { name: 'M', file: true, layer: false }),
    line: (target) => ['hash', target, '--file', '--no-layer'],
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
  attention: {
    ask: (input) => library.attention(input, { name: 'M', prompt: 'Once upon a', head: 1 }),
    line: (target) => ['attention', target, 'Once upon a', '--head', '1'],
  },
  'attention of a layer': {
    ask: (input) => library.attention(input, { name: 'M', tokens: [448, 451], layer: 1 }),
    line: (target) => ['attention', target, '--tokens', '448,451', '--layer', '1'],
  },
  learn: { ask: (input) => library.learn('lens', input, { name: 'M' }), line: (target) => ['learn', 'lens', target] },
} satisfies Record<string, Case>;

interface Case {
  ask: (input: Library.Input) => Promise<unknown>;
  line: (target: string) => string[];
}

/** How the library produces the reports of the command line: by cases of the list above, or in separate tests. */
const OF_REPORTS: Record<ReportName, readonly (keyof typeof FUNCTIONS)[] | string> = {
  explain: ['explain', 'explain with data', 'explain in full'],
  tensors: ['tensors', 'tensors with numbers'],
  tensor: ['tensorValues', 'tensorValues of a slice'],
  metadata: ['metadata', 'metadata of a key'],
  token: ['tokens'],
  memory: ['memory', 'memory on cards'],
  'memory-comparison': 'compareMemory() takes several models: "several models" below',
  sizes: ['sizes', 'sizes on a card'],
  'repository-sizes': 'repositorySizes() needs a hub: test/project/pages.test.ts',
  attention: ['attention', 'attention of a layer'],
  'next-tokens': ['flow of a prompt'],
  flow: ['flow'],
  learn: ['learn'],
  lessons: 'lessons() needs no model: "the lessons" below',
  check: 'check() takes several models: "check" below',
  diff: ['diff', 'diff of values'],
  rules: 'rules() needs no model: "the rules" below',
  hash: ['hash', 'hash of the whole file'],
  list: 'list() takes folders: "the models in folders" below',
  scan: 'scan() gives line after line: "a scan" below',
  repository: 'repository() needs a hub: test/locate/hugging-face.test.ts',
  error: 'is thrown as an ExplainedError: "errors" below',
};

/** Returns what a command prints, with the model called M. A model from standard input has no name. */
function printed(line: string[], input?: Uint8Array): unknown {
  const { stdout } = run([...line, '--json'], { columns: 100, ...(input === undefined ? {} : { input }) });
  const report = JSON.parse(stdout);
  rename(report);
  return report;
}

function rename(report: {
  file?: { name: string } | string;
  before?: { file: { name: string } };
  model?: unknown;
  command?: string[];
  error?: object;
  files?: { file: string }[];
}): void {
  for (const one of report.files ?? []) one.file = 'M';
  if (typeof report.file === 'string') report.file = 'M';
  else if (report.file !== undefined) report.file.name = 'M';
  if (report.before !== undefined) report.before.file.name = 'M';
  // A lesson, with a command to try.
  if (typeof report.model === 'string') {
    report.command = (report.command ?? []).map((word) => (word === report.model ? 'M' : word));
    report.model = 'M';
  }
}

/** Whether two inputs are the same file, and what the file is called, is known only for files; and no prompt is computed over a network. */
function withoutIdentity(report: unknown): unknown {
  const { sameBytes: _, example: __, story: ___, fileName: ____, ...rest } = report as Record<string, unknown>;
  return JSON.parse(JSON.stringify(rest));
}

describe.each(Object.entries(FUNCTIONS))('%s', (name, { ask, line }) => {
  it('is the same for all inputs that can be read in any order', async () => {
    const expected = withoutIdentity(printed(line(path)));
    for (const [kind, input] of Object.entries(ANY_ORDER)) {
      expect(withoutIdentity(await ask(input())), kind).toEqual(expected);
    }
  });

  it('is that of standard input for inputs that can be read once', async () => {
    const expected = printed(line('-'), bytes);
    for (const [kind, input] of Object.entries(ONCE)) {
      const given = await ask(input()).then(withoutIdentity, (error) => ({ code: error.code }));
      const { error } = expected as { error?: { code: string } };
      expect(given, `${name}: ${kind}`).toEqual(error === undefined ? withoutIdentity(expected) : { code: error.code });
    }
  });
});

describe('the library', () => {
  it('has a function for each report of a command', () => {
    const reports = COMMANDS.flatMap((command) => command.reports);
    expect(reports.length).toBeGreaterThan(15);
    expect(reports.filter((name) => OF_REPORTS[name] === undefined)).toEqual([]);
    const commands = Object.values(FUNCTIONS).map(({ line }) => line('M')[0]);
    for (const { name, reports: own } of COMMANDS) {
      const cases = own.map((report) => OF_REPORTS[report]).filter((one) => typeof one !== 'string');
      expect(cases.length === 0 || commands.includes(name), name).toBe(true);
    }
    const listed = Object.values(OF_REPORTS).filter((one) => typeof one !== 'string');
    expect(listed.flat().sort()).toEqual(Object.keys(FUNCTIONS).sort());
  });
});

describe('the lessons', () => {
  it('are those that the command lists', async () => {
    expect(await library.lessons()).toEqual(JSON.parse(run(['learn', '--json']).stdout));
  });

  it('use the model that comes with the package where none is given', async () => {
    const { model, numbers } = await library.learn('weights');
    const wanted = JSON.parse(run(['learn', 'weights', '--json']).stdout);
    expect([join(model), numbers]).toEqual([join(wanted.model), wanted.numbers]);
  });
});

describe('the models in folders', () => {
  it('are those that the command lists', async () => {
    copyFileSync(path, join(folder, 'copy.gguf'));
    try {
      const wanted = JSON.parse(run(['list', folder, '--sort', 'name', '--duplicates', '--json']).stdout);
      expect(wanted.duplicates.groups).toHaveLength(1);
      const told: number[] = [];
      const onProgress = (done: number) => told.push(done);
      expect(await library.list(folder, { sort: 'name', duplicates: true, onProgress })).toEqual(wanted);
      expect(told.at(-1)).toBe(2 * bytes.length);
    } finally {
      rmSync(join(folder, 'copy.gguf'));
    }
  });
});

describe('a scan', () => {
  const withoutTime = ({ milliseconds: _, ...line }: Library.ScanLine) => line;
  const valid = join(FIXTURES_FOLDER, 'valid');

  async function scanned(...args: Parameters<typeof library.scan>) {
    const lines = [];
    for await (const line of library.scan(...args)) lines.push(withoutTime(line));
    return lines.sort((a, b) => (a.target < b.target ? -1 : 1));
  }

  it('gives the lines that the command prints', async () => {
    const missing = join(folder, 'none.gguf');
    const { stdout } = run(['scan', valid, missing, '--context', '2048', '--shard', '1/2']);
    const wanted = stdout
      .trimEnd()
      .split('\n')
      .map((line) => withoutTime(JSON.parse(line)));
    wanted.sort((a, b) => (a.target < b.target ? -1 : 1));
    expect(wanted.length).toBeGreaterThan(8);
    expect(await scanned([valid, missing], { context: 2048, shard: '1/2' })).toEqual(wanted);
    const targets = ggufFilesIn(valid);
    async function* listed() {
      yield* targets;
    }
    expect(await scanned(listed(), { timeLimit: 60, jobs: 2 })).toEqual(await scanned(valid));
  });

  it('sends headers only to their server, from threads too', async () => {
    const asked: (string | undefined)[] = [];
    const note = (request: IncomingMessage) => void asked.push(request.headers['x-key'] as string | undefined);
    server.on('request', note);
    const { origin } = new URL(ANY_ORDER.address?.() as URL);
    const target = `${origin}/M.gguf`;
    const headers = { [origin]: { 'x-key': 'secret' } };
    const [line] = await scanned(target, { headers, timeLimit: 60 });
    server.off('request', note);
    expect(line?.verdict).toBe('pass');
    expect(new Set(asked)).toEqual(new Set(['secret']));
  });

  it('ends on an abort, and when the caller stops reading', async () => {
    const controller = new AbortController();
    async function* endless() {
      yield path;
      yield path;
      await new Promise(() => undefined);
    }
    const lines = library.scan(endless(), { signal: controller.signal });
    expect((await lines.next()).done).toBe(false);
    expect((await lines.next()).done).toBe(false);
    setTimeout(() => controller.abort(new Error('enough')), 1);
    await expect(lines.next()).rejects.toThrow('enough');
    for await (const { target } of library.scan(endless())) {
      expect(target).toBe(path);
      break;
    }
  });
});

describe('several models', () => {
  it('are compared as the command compares them', async () => {
    const wanted = JSON.parse(run(['memory', path, path, '--context', '128', '--gpu', '1GiB', '--json']).stdout);
    expect(await library.compareMemory([path, path], { context: 128, gpu: '1GiB' })).toEqual(wanted);
    expect(wanted.models).toHaveLength(2);
    await expect(library.memory([path, path])).rejects.toThrow(
      expect.objectContaining({ code: 'bad-usage', hint: 'compareMemory takes several' }),
    );
  });
});

describe('check', () => {
  it('judges files together with the files around them, as the command does', async () => {
    const wanted = JSON.parse(run(['check', path, join(folder, 'none.gguf'), '--json']).stdout);
    expect(await library.check([pathToFileURL(path), join(folder, 'none.gguf')])).toEqual(wanted);
    expect(await library.check(folder, { data: true, failOn: 'advice', rules: ['data', 'format'] })).toEqual(
      JSON.parse(run(['check', folder, '--data', '--fail-on', 'advice', '--rules', 'data,format', '--json']).stdout),
    );
  });

  it('judges all other inputs only by their bytes, as the command does with standard input', async () => {
    const wanted = JSON.parse(run(['check', '-', '--json'], { input: bytes }).stdout);
    wanted.files[0].target = 'M';
    for (const kind of ['bytes', 'ArrayBuffer', 'Blob'] as const) {
      expect(await library.check(ANY_ORDER[kind]?.() as Library.Input, { name: 'M' }), kind).toEqual(wanted);
    }
    expect(await library.check(pieces(), { name: 'M' })).toEqual(wanted);
  });

  it('judges files that cannot be read', async () => {
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
    ['tensors', library.tensors],
    ['metadata', library.metadata],
    ['learn', (input, options) => library.learn('lens', input, options)],
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
      (options: Library.ExplainOptions) => library.attention(bytes, { ...options, prompt: 'Once upon a time' }),
      (options: Library.ExplainOptions) => library.tensors(bytes, { ...options, stats: true }),
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
    ['stream', () => library.attention(pieces(), { prompt: 'x' })],
    ['no-head', () => library.attention(path, { prompt: 'x', head: 99 })],
    ['bad-text', () => library.attention(path, {} as { prompt: string })],
    ['no-such-lesson', () => library.learn('nothing')],
    ['no-such-key', () => library.metadata(path, { key: 'nothing' })],
    ['bad-role', () => library.tensors(path, { roles: ['nothing'] })],
    ['bad-type', () => library.tensors(path, { types: ['Q9'] })],
    ['bad-layers', () => library.tensors(path, { layers: 'all' })],
    ['bad-word', () => library.tensors(path, { sort: 'color' as 'name' })],
    ['file-not-found', () => library.list(join(folder, 'none'))],
    ['bad-word', () => library.list(folder, { sort: 'color' as 'name' })],
    ['bad-shard', () => library.scan(path, { shard: '2/1' }).next()],
    ['bad-number', () => library.scan(path, { timeLimit: 0 }).next()],
    ['bad-header', () => library.scan(path, { headers: { nowhere: {} } }).next()],
    ['no-repository', () => library.repository(path)],
  ])('are reported with a code: %s', async (code, work) => {
    expect(await codeOf(work())).toBe(code);
  });

  it('have the name of the input', async () => {
    await expect(library.explain(bytes.subarray(0, 9), { name: 'mine' })).rejects.toMatchObject({ target: 'mine' });
    await expect(library.tokens(path, 1_000_000)).rejects.toMatchObject({ target: path });
  });
});

describe('the rules', () => {
  it('are those that the command line lists', async () => {
    expect(await library.rules()).toEqual(JSON.parse(run(['check', '--list-rules', '--json']).stdout));
  });
});
