/** Every way to name a model, in one table: each command prints the same whichever way is used. */

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, plainEnvironment } from '../cli/run.js';
import { TestHome } from '../support/home.js';
import { COMMIT, startHub, type TestHub } from '../support/hub.js';
import { fileAnswer, type Loopback, serve } from '../support/loopback.js';
import { MODEL, MODEL_PATH, runBeside } from '../support/loopback-run.js';
import { splitModel } from '../support/split-model.js';

const home = new TestHome();
let hub: TestHub;
let web: Loopback;
const files: Record<string, Uint8Array> = { 'tiny-Q4_K_M.gguf': MODEL, 'README.md': Buffer.from('# words') };

beforeAll(async () => {
  for (const { fileName, bytes } of await splitModel(MODEL, 'split', 3)) files[`split/${fileName}`] = bytes;
  hub = await startHub({ files });
  web = await serve((request, response, before) => {
    const bytes = files[decodeURIComponent(new URL(request.url ?? '', 'http://web').pathname).slice('/models/'.length)];
    if (bytes === undefined) response.writeHead(404).end();
    else fileAnswer(bytes)(request, response, before);
  });
  home.hubFile('cached/repo', COMMIT, 'tiny-Q4_K_M.gguf', MODEL);
  home.hubRef('cached/repo', 'main', COMMIT);
  home.ollama('registry.ollama.ai/library/tiny/1b', [{ kind: 'model', bytes: MODEL }]);
  mkdirSync(join(home.folder, 'folder'));
  writeFileSync(join(home.folder, 'folder', 'model.gguf'), MODEL);
  mkdirSync(join(home.folder, 'set'));
  for (const [path, bytes] of Object.entries(files)) {
    if (path.startsWith('split/')) writeFileSync(join(home.folder, 'set', path.slice(6)), bytes);
  }
});

afterAll(async () => {
  await Promise.all([hub.close(), web.close()]);
  home.remove();
});

interface Form {
  form: string;
  typed(): string;
  /** The bytes on standard input. */
  input?: Uint8Array;
  /** Whether the size is unknown, or there are several files. */
  size?: 'unknown' | 'of a set';
  /** The expected requests over the network. */
  requests?: { hub?: number; web?: number };
}

const set = (number: number) => `split-0000${number}-of-00003.gguf`;
const FORMS: readonly Form[] = [
  { form: 'a path', typed: () => MODEL_PATH },
  { form: 'a folder with one model', typed: () => join(home.folder, 'folder') },
  { form: 'standard input', typed: () => '-', input: MODEL, size: 'unknown' },
  { form: 'the first shard', typed: () => join(home.folder, 'set', set(1)), size: 'of a set' },
  { form: 'another shard', typed: () => join(home.folder, 'set', set(3)), size: 'of a set' },
  { form: 'a folder with a set', typed: () => join(home.folder, 'set'), size: 'of a set' },
  { form: 'an address', typed: () => `${web.origin}/models/tiny-Q4_K_M.gguf`, requests: { web: 1 } },
  {
    form: 'the address of a shard',
    typed: () => `${web.origin}/models/split/${set(2)}?download=true`,
    size: 'of a set',
    requests: { web: 3 },
  },
  { form: 'a quantization on the hub', typed: () => 'hf:owner/repo:q4_k_m', requests: { hub: 2 } },
  { form: 'a file on the hub', typed: () => 'hf:owner/repo/tiny-Q4_K_M.gguf', requests: { hub: 1 } },
  { form: 'a file at a revision', typed: () => 'hf:owner/repo/tiny-Q4_K_M.gguf@main', requests: { hub: 1 } },
  {
    form: 'a pasted page of the hub',
    typed: () => `${hub.hub.origin}/owner/repo/blob/main/tiny-Q4_K_M.gguf`,
    requests: { hub: 1 },
  },
  { form: 'a set on the hub', typed: () => `hf:owner/repo/split/${set(2)}`, size: 'of a set', requests: { hub: 3 } },
  { form: "a repository in the hub's cache", typed: () => 'hf:cached/repo:Q4_K_M', requests: {} },
  { form: "a file in the hub's cache", typed: () => 'hf:cached/repo/tiny-Q4_K_M.gguf', requests: {} },
  { form: 'a name of Ollama', typed: () => 'ollama:tiny:1b', requests: {} },
];

const environment = () => ({
  ...hub.env,
  HF_HOME: join(home.folder, 'hf'),
  OLLAMA_MODELS: join(home.folder, 'ollama'),
});

/** The output for the path, which every other form is compared with. */
const ofPath = new Map<string, Promise<string>>();

function printed(args: readonly string[], input?: Uint8Array): Promise<string> {
  if (!args.includes(MODEL_PATH)) return input === undefined ? ran(args) : piped(args, input);
  const line = args.join(' ');
  const before = ofPath.get(line) ?? ran(args);
  ofPath.set(line, before);
  return before;
}

async function ran(args: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await runBeside(args, environment());
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout;
}

function piped(args: readonly string[], input: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: plainEnvironment() });
    const stdout: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.on('close', () => resolve(Buffer.concat(stdout).toString()));
    // The reader leaves at the end of the header, so the pipe breaks, which is intended.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** A report without the parts that differ between one file and several, or a file and a stream. */
function common(json: string, { size }: Form): unknown {
  const { file, tensors, ...report } = JSON.parse(json);
  const { name: _name, shards: _shards, shardCount: _count, ...facts } = file;
  const kept = size === 'of a set' ? {} : { ...facts, size: null };
  return {
    ...report,
    file: kept,
    tensors: tensors?.map(({ shard: _shard, offset, ...tensor }: { shard?: number; offset: number }) =>
      size === 'of a set' ? tensor : { ...tensor, offset },
    ),
  };
}

it('a set that is listed file by file is scanned once, wherever it is', async () => {
  const listed = [1, 2, 3].flatMap((number) => [
    join(home.folder, 'set', set(number)),
    `${web.origin}/models/split/${set(number)}?download=true`,
    `hf:owner/repo/split/${set(number)}@main`,
  ]);
  const lines = (await printed(['scan', ...listed])).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).totals.tensors)).toEqual([21, 21, 21]);
});

describe.each(FORMS)('$form', (form) => {
  it('is the same model', async () => {
    const counts = () => ({ hub: hub.hub.seen.length, web: web.seen.length });
    const before = counts();
    const json = await printed([form.typed(), '--json'], form.input);
    const after = counts();
    const expected = await printed([MODEL_PATH, '--json']);
    expect(common(json, form)).toEqual(common(expected, form));
    const { size } = JSON.parse(json).file;
    if (form.size === 'of a set') expect(size).toBeGreaterThan(MODEL.length);
    else expect(size).toBe(form.size === 'unknown' ? null : MODEL.length);
    expect({ hub: after.hub - before.hub, web: after.web - before.web }).toEqual({ hub: 0, web: 0, ...form.requests });
  });

  it('has the same memory and the same digest', async () => {
    const [memory, ofFile] = await Promise.all(
      [form, { ...form, typed: () => MODEL_PATH }].map(async ({ typed, input }) =>
        JSON.parse(await printed(['memory', typed(), '--json'], input)),
      ),
    );
    expect({ ...memory, file: null }).toEqual({ ...ofFile, file: null });
    const digest = async (typed: string, input?: Uint8Array) =>
      (await printed(['hash', '--no-layer', typed], input)).split(/\s+/)[1];
    expect(await digest(form.typed(), form.input)).toBe(await digest(MODEL_PATH));
  });

  it('has the same numbers and the same tokens', async () => {
    const slice = async (typed: string, input?: Uint8Array) => {
      const json = await printed(['tensor', typed, 'token_embd.weight', '--slice', '616,0:4', '--json'], input);
      return JSON.parse(json).rows[0].slice;
    };
    expect(await slice(form.typed(), form.input)).toEqual(await slice(MODEL_PATH));
    const word = async (typed: string, input?: Uint8Array) => {
      const { tokens, rows } = JSON.parse(await printed(['token', typed, 'Hello', '--data', '--json'], input));
      return { tokens, values: rows[0].values, nearest: rows[0].nearest };
    };
    expect(await word(form.typed(), form.input)).toEqual(await word(MODEL_PATH));
  });
});
