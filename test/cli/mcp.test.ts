/** `mcp`: the server as an assistant uses it, through the protocol's own client, and with input that breaks the protocol. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../support/loopback.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { splitModel } from '../support/split-model.js';
import { PROGRAM, PROJECT_FOLDER, plainEnvironment, run } from './run.js';

const MODEL = 'fixtures/tiny-stories-Q4_K_M.gguf';

interface Result {
  text: string;
  facts: Record<string, unknown> | undefined;
  code: unknown;
}

/** A server and its client; the server's errors are kept. */
async function connect(words: readonly string[] = [], options: ConstructorParameters<typeof Client>[1] = {}) {
  const client = new Client({ name: 'test', version: '1' }, options);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp', ...words],
    cwd: PROJECT_FOLDER,
    env: plainEnvironment(),
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  await client.connect(transport);
  return {
    client,
    call: async (name: string, given: Record<string, unknown> = {}): Promise<Result> => {
      const { content, structuredContent, isError, _meta } = await client.callTool({ name, arguments: given });
      const [first] = content as { text: string }[];
      expect(isError === true).toBe(_meta?.['gguf-explain/code'] !== undefined);
      const facts = structuredContent as Record<string, unknown> | undefined;
      return { text: first?.text ?? '', facts, code: _meta?.['gguf-explain/code'] };
    },
    stderr: () => stderr,
  };
}

type Connection = Awaited<ReturnType<typeof connect>>;

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-mcp-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the tools', () => {
  let connection: Connection;
  beforeAll(async () => {
    connection = await connect();
  });
  afterAll(() => connection.client.close());

  it('have short descriptions, and only read', async () => {
    const { tools } = await connection.client.listTools();
    const names = ['list', 'explain', 'check', 'memory', 'sizes', 'tensors', 'tensor', 'metadata', 'diff'];
    expect(tools.map(({ name }) => name)).toEqual(names);
    for (const { annotations, inputSchema, description } of tools) {
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: false });
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(description).not.toContain('https://');
    }
    // They are in the context of every conversation.
    expect(JSON.stringify(tools).length).toBeLessThan(20_000);
    expect(connection.client.getInstructions()).toContain('matrices that transform vectors');
    expect(run(['mcp', '--help']).stdout.replace(/\s+/g, ' ')).toContain(names.join(', '));
  });

  // The client compares the answer with the schema of the tool.
  it.each<[string, Record<string, unknown>, string]>([
    ['list', { folder: 'fixtures/computed' }, '.gguf'],
    ['explain', { model: 'demo' }, 'Tiny Stories'],
    ['explain', { model: MODEL }, 'COMPUTED AT RUN TIME'],
    ['check', { model: 'demo' }, 'pass'],
    ['check', { model: MODEL, data: true, failOn: 'warning', ignore: ['file-name-unconventional'] }, 'pass'],
    ['memory', { model: MODEL, context: [64, 128], kvTypeK: 'q8_0' }, 'Cache, total'],
    ['memory', { model: MODEL, gpu: ['1GiB'], ram: '2GiB' }, 'Fits '],
    ['memory', { model: MODEL, compareWith: ['fixtures/valid/llama.gguf'], budget: '1GiB' }, 'MEMORY'],
    ['sizes', { model: MODEL, types: ['Q8_0', 'Q4_K_M'], budget: '1GiB' }, 'Q8_0'],
    ['sizes', { model: MODEL, types: ['all'], gpu: ['1GiB'], imatrix: true }, 'IQ2_XS'],
    ['tensors', { model: MODEL, roles: ['attention'], layers: '0', sort: 'name' }, 'attention-query'],
    ['tensors', { model: MODEL, names: ['blk.*.attn_q.weight'], fold: false }, 'blk.1.attn_q.weight'],
    ['tensor', { model: MODEL, tensor: 'output.weight', slice: '0:2,0:3' }, 'vocabulary 697'],
    ['metadata', { model: MODEL, key: 'general.name' }, 'Tiny Stories 1.6M'],
    ['metadata', { model: MODEL }, 'tokenizer.ggml.tokens'],
    ['diff', { before: MODEL, after: 'fixtures/valid/llama.gguf', data: true }, 'TOTALS'],
    ['diff', { before: MODEL, after: MODEL, values: true }, 'numbers of all 21 tensors are the same'],
  ])('%s %j', async (name, given, wanted) => {
    const { text, code } = await connection.call(name, given);
    expect(code).toBeUndefined();
    expect(text).toContain(wanted);
  });

  it('return facts', async () => {
    const { facts: memory } = await connection.call('memory', { model: MODEL, context: [128] });
    const report = JSON.parse(run(['memory', MODEL, '--context', '128', '--json']).stdout);
    expect(memory).toMatchObject({
      models: [{ name: MODEL, weightBytes: report.weights.bytes }],
      contexts: [{ contextLength: 128, totalBytes: report.contexts[0].totalBytes }],
      omitted: 0,
    });
    const { facts: check } = await connection.call('check', { model: 'fixtures/flawed/alignment-unusable--nan.gguf' });
    expect(check?.verdict).toBe('fail');
    expect(check?.findings).toContainEqual(expect.objectContaining({ code: 'alignment-unusable', level: 'error' }));
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['explain', {}, 'bad-arguments'],
    ['explain', { model: 3 }, 'bad-arguments'],
    ['explain', { model: '' }, 'bad-arguments'],
    ['explain', { model: 'x'.repeat(5000) }, 'bad-arguments'],
    ['explain', { model: MODEL, surplus: 1 }, 'bad-arguments'],
    ['explain', { model: MODEL, offset: -1 }, 'bad-arguments'],
    ['tensors', { model: MODEL, names: [['a']] }, 'bad-arguments'],
    ['tensors', { model: MODEL, roles: ['attn'] }, 'bad-role'],
    ['tensor', { model: MODEL, tensor: 'none' }, 'no-such-tensor'],
    ['metadata', { model: MODEL, key: 'none' }, 'no-such-key'],
    ['memory', { model: MODEL, budget: '12' }, 'bad-size'],
    ['memory', { model: MODEL, gpu: ['RTX 40900'] }, 'unknown-card'],
    ['explain', { model: 'fixtures/none.gguf' }, 'file-not-found'],
    ['explain', { model: 'fixtures/valid' }, 'several-models'],
    ['explain', { model: '-' }, 'bad-model'],
    ['explain', { model: 'https://example.com/m.gguf' }, 'remote-not-allowed'],
    ['check', { model: 'hf:owner/repo' }, 'remote-not-allowed'],
    ['memory', { model: MODEL, with: ['ollama:llama3'] }, 'remote-not-allowed'],
    ['diff', { before: MODEL, after: 'ms:owner/repo' }, 'remote-not-allowed'],
    ['none', {}, 'no-such-tool'],
    ['constructor', {}, 'no-such-tool'],
  ])('%s %j is refused: %s', async (name, given, wanted) => {
    const { text, code, facts } = await connection.call(name, given);
    expect([code, facts]).toEqual([wanted, undefined]);
    expect(text).toMatch(new RegExp(`^error ${wanted}: `));
    expect(text.length).toBeLessThan(3000);
  });

  it('report every damaged and hostile file without a raw control character', async () => {
    const hostile = ['broken', 'hostile'].flatMap((kind) =>
      readdirSync(join(FIXTURES_FOLDER, kind))
        .filter((name) => name.endsWith('.gguf'))
        .map((name) => `fixtures/${kind}/${name}`),
    );
    expect(hostile.length).toBeGreaterThan(50);
    for (const model of hostile) {
      for (const name of ['explain', 'check', 'metadata']) {
        const { text, facts } = await connection.call(name, { model });
        expect(text.length).toBeGreaterThan(0);
        expect(`${text}${texts(facts)}`).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        );
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(24 * 1024);
      }
    }
    expect(connection.stderr()).toBe('');
  });
});

/** All texts in a value. */
function texts(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? Object.entries(value).flat().map(texts).join('') : '';
}

describe('an answer', () => {
  it('is cut, and can be continued where it says', async () => {
    const { client, call } = await connect(['--max-answer', '2KiB']);
    const whole = run(['metadata', MODEL], { columns: 160 }).stdout.trimEnd().split('\n');
    const lines: string[] = [];
    for (let offset: number | undefined = 0; offset !== undefined; ) {
      const { text } = await call('metadata', { model: MODEL, offset });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2 * 1024);
      const next: string | undefined = /call again with offset (\d+)/.exec(text)?.[1];
      lines.push(...text.split('\n').slice(0, next === undefined ? undefined : -1));
      expect(lines.length).toBe(next === undefined ? whole.length : Number(next));
      offset = next === undefined ? undefined : Number(next);
    }
    expect(lines).toEqual(whole.map((line) => line.trimEnd()));
    const tokens = run(['metadata', MODEL, 'tokenizer.ggml.tokens']).stdout.split('\n');
    const found = await call('metadata', { model: MODEL, key: 'tokenizer.ggml.tokens', offset: 300 });
    expect(found.text.split('\n').slice(0, 5)).toEqual(tokens.slice(299, 304));
    expect((await call('metadata', { model: MODEL, offset: 5000 })).text).toMatch(/^There is no line 5,000: /);
    const { facts } = await call('check', { model: 'fixtures/valid' });
    expect(JSON.stringify(facts).length).toBeLessThanOrEqual(2 * 1024);
    expect(facts?.omitted).toBeGreaterThan(0);
    await client.close();
  });
});

describe('the roots', () => {
  const inside = join(folder, 'inside');
  const outside = join(folder, 'outside');
  let connection: Connection;
  beforeAll(async () => {
    for (const one of [inside, outside]) mkdirSync(one);
    const model = readFileSync(join(PROJECT_FOLDER, MODEL));
    writeFileSync(join(inside, 'own.gguf'), model);
    writeFileSync(join(outside, 'secret.gguf'), model);
    symlinkSync(join(outside, 'secret.gguf'), join(inside, 'link.gguf'));
    symlinkSync(outside, join(inside, 'folder'));
    symlinkSync('own.gguf', join(inside, 'near.gguf'));
    for (const [i, { fileName, bytes }] of (await splitModel(model, 'split', 2)).entries()) {
      writeFileSync(join(i === 0 ? inside : outside, fileName), bytes);
      if (i === 1) symlinkSync(join(outside, fileName), join(inside, fileName));
    }
    connection = await connect(['--root', inside]);
  });
  afterAll(() => connection.client.close());

  it.each(['own.gguf', 'near.gguf', join(inside, 'own.gguf'), `file://${inside}/own.gguf`, 'demo'])(
    'hold %s',
    async (model) => {
      expect((await connection.call('explain', { model })).text).toContain('Tiny Stories');
    },
  );

  it.each([
    'link.gguf',
    'folder',
    'folder/secret.gguf',
    '../outside/secret.gguf',
    '../outside/none.gguf',
    join(outside, 'secret.gguf'),
    join(folder, 'none'),
    '/etc/passwd',
    '/',
    `file://${outside}/secret.gguf`,
    'split-00001-of-00002.gguf',
  ])('do not hold %s', async (model) => {
    for (const name of ['explain', 'tensors', 'memory']) {
      const { code, text } = await connection.call(name, { model });
      expect([code, text.includes('Tiny')]).toEqual(['outside-roots', false]);
    }
    const { text, facts } = await connection.call('check', { model });
    expect(text + texts(facts)).toContain('outside the folders that may be read');
  });

  it('are listed, and links that lead out of them are marked', async () => {
    const { text } = await connection.call('list');
    expect(text).toContain('own.gguf');
    expect(text).not.toContain('secret');
    expect(await connection.call('list', { folder: '..' })).toMatchObject({ code: 'outside-roots' });
  });

  it.skipIf(process.platform === 'win32')('lead to no pipe', async () => {
    execFileSync('mkfifo', [join(inside, 'pipe.gguf')]);
    for (const name of ['explain', 'check', 'tensors']) {
      expect(await connection.call(name, { model: 'pipe.gguf' })).toMatchObject({ code: 'not-readable' });
    }
    rmSync(join(inside, 'pipe.gguf'));
  });

  it('must be folders', () => {
    for (const root of ['fixtures/none', MODEL]) {
      expect(run(['mcp', '--root', root])).toMatchObject({ code: 2, stdout: '' });
    }
    expect(run(['mcp', '--max-answer', '10B'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('addresses', () => {
  it('are read where that is allowed, and a silent server takes no longer than the limit', async () => {
    const model = readFileSync(join(PROJECT_FOLDER, MODEL));
    const server = await serve(({ url }, response) => {
      if (url === '/silent.gguf') return;
      response.writeHead(200, { 'content-length': model.length }).end(model);
    });
    const { client, call } = await connect(['--allow-remote', '--time-limit', '1']);
    const { tools } = await client.listTools();
    expect(tools[0]?.annotations?.openWorldHint).toBe(true);
    expect((await call('explain', { model: `${server.origin}/m.gguf` })).text).toContain('Tiny Stories');
    expect(await call('explain', { model: `${server.origin}/silent.gguf` })).toMatchObject({ code: 'time-limit' });
    expect((await call('explain', { model: 'demo' })).text).toContain('Tiny Stories');
    await client.close();
    await server.close();
  });
});

describe('the protocol', () => {
  it('is the current one, and former ones', async () => {
    const modern = await connect([], { versionNegotiation: { mode: { pin: '2026-07-28' } } } as never);
    expect(modern.client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    expect((await modern.call('check', { model: 'demo' })).facts).toMatchObject({ verdict: 'pass' });
    await modern.client.close();
  });

  /** A server that raw lines are written to. */
  function raw(words: readonly string[] = []) {
    const child: ChildProcess = spawn(process.execPath, [PROGRAM, 'mcp', ...words], {
      cwd: PROJECT_FOLDER,
      env: plainEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const answers: Record<string, unknown>[] = [];
    const waiting = new Set<() => void>();
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      // Standard output has only messages of the protocol.
      answers.push(JSON.parse(line));
      for (const look of waiting) look();
    });
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return {
      say: (...lines: (string | object)[]) =>
        lines.map((line) => child.stdin?.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`)),
      answer: (id: unknown) =>
        new Promise<Record<string, unknown>>((resolve) => {
          const look = () => {
            const found = answers.find((one) => one.id === id);
            if (found !== undefined) resolve(found);
            if (found !== undefined) waiting.delete(look);
          };
          waiting.add(look);
          look();
        }),
      answers,
      child,
      end: () => {
        child.stdin?.end();
        return exit;
      },
      exit,
    };
  }

  const HELLO = {
    ...{ jsonrpc: '2.0', id: 'hello', method: 'initialize' },
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  };
  const READY = { jsonrpc: '2.0', method: 'notifications/initialized' };
  const call = (id: unknown, name: string, given: object) => ({
    ...{ jsonrpc: '2.0', id, method: 'tools/call' },
    params: { name, arguments: given },
  });

  it('survives input that is not a message', async () => {
    const { say, answer, answers, end } = raw();
    say(HELLO, READY, 'garbage', '', '{"jsonrpc":"2.0"', '[]', '3', 'null', '"text"', '{}', '['.repeat(100_000));
    say({ jsonrpc: '2.0', id: {}, method: 'ping' }, { jsonrpc: '2.0', id: 1.5, method: 'ping' });
    say({ jsonrpc: '2.0', id: null, method: 'ping' }, { jsonrpc: '2.0', id: [1], method: 'ping' });
    say(
      { jsonrpc: '1.0', id: 'old', method: 'ping' },
      { jsonrpc: '2.0', id: 'odd', method: 'tools/call', params: [1] },
    );
    say({ jsonrpc: '2.0', id: 'none', method: 'no/such' }, { jsonrpc: '2.0', id: 'lost', result: {} });
    say({ jsonrpc: '2.0', id: 'bare', method: 'tools/call' }, call('typed', 'explain', [1]));
    say(`{"jsonrpc":"2.0","id":"huge","method":"ping","params":{"x":"${'x'.repeat(3_000_000)}"}}`);
    say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'nobody' } });
    say(call('deep', 'explain', { model: JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) }));
    say({ jsonrpc: '2.0', id: -7, method: 'ping' }, call('last', 'explain', { model: 'demo' }));
    expect(await answer('last')).toMatchObject({ result: { content: [{ type: 'text' }] } });
    expect(await answer(-7)).toMatchObject({ result: {} });
    expect(await answer('deep')).toMatchObject({ result: { isError: true } });
    expect(await answer('old')).toMatchObject({ error: { code: -32600 } });
    expect(await answer('odd')).toMatchObject({ error: { code: -32600 } });
    expect(await answer('none')).toMatchObject({ error: { code: -32601 } });
    for (const id of ['bare', 'typed']) expect(await answer(id)).toHaveProperty('error.code', -32602);
    const refused = answers.filter(({ id }) => id === null).map(({ error }) => (error as { code: number }).code);
    expect(refused.filter((code) => code === -32700)).toHaveLength(3);
    expect(refused.filter((code) => code === -32600)).toHaveLength(10);
    expect(await end()).toBe(0);
  });

  it('works on few calls at once, lets many wait, and refuses more', async () => {
    const { say, answer, answers, end } = raw(['--jobs', '1']);
    say(HELLO, READY);
    await answer('hello');
    for (let i = 0; i < 200; i++) say(call(i, 'explain', { model: 'demo' }));
    await Promise.all(Array.from({ length: 200 }, (_, i) => answer(i)));
    const codes = answers.map(({ result }) => Object(result)._meta?.['gguf-explain/code']);
    expect(new Set(codes)).toEqual(new Set([undefined, 'too-many-calls']));
    expect(codes.filter((code) => code === undefined).length).toBeGreaterThan(60);
    expect(await end()).toBe(0);
  });

  it('does not answer a canceled call, and answers the next', async () => {
    const server = await serve(() => undefined);
    const { say, answer, answers, end } = raw(['--allow-remote', '--jobs', '1']);
    say(HELLO, READY, call('slow', 'explain', { model: `${server.origin}/silent.gguf` }));
    say(call('next', 'explain', { model: 'demo' }));
    say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'slow' } });
    expect(await answer('next')).toHaveProperty('result.content');
    expect(answers.map(({ id }) => id).sort()).toEqual(['hello', 'next']);
    expect(await end()).toBe(0);
    await server.close();
  });

  it('ends with its input, after the answers that are due, whatever is still running', async () => {
    const server = await serve(() => undefined);
    const { say, answers, end } = raw(['--allow-remote']);
    say(HELLO, READY, call('slow', 'explain', { model: `${server.origin}/silent.gguf` }));
    say(call('due', 'explain', { model: 'demo' }));
    expect(await end()).toBe(0);
    expect(answers.map(({ id }) => id).sort()).toEqual(expect.arrayContaining(['due', 'hello']));
    await server.close();
    expect(run(['mcp'])).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  it('ends where nobody reads its answers', async () => {
    const { say, answer, child, exit } = raw();
    say(HELLO, READY);
    await answer('hello');
    child.stdout?.destroy();
    say(call(1, 'explain', { model: 'demo' }));
    expect(await exit).toBe(0);
  });

  it('reports at its end by a signal which signal it was', async () => {
    const { say, answer, child, exit } = raw();
    say(HELLO, READY);
    await answer('hello');
    child.kill('SIGTERM');
    expect(await exit).toBe(143);
  });
});
