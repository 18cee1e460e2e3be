/** `--header` and `--header-for`: a header for one server reaches that server, and no other server of the same command. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { locateTarget, useHeaders } from '../../src/cli/locate-target.js';
import { readHeaders } from '../../src/cli/server-headers.js';
import { joinTwoWordOptions } from '../../src/cli/typed-words.js';
import { NO_HEADERS } from '../../src/locate/header-rules.js';
import { originOf } from '../../src/locate/origin.js';
import { PROGRAM, plainEnvironment } from '../cli/run.js';
import { beside, fileAnswer, type Loopback, status } from '../support/loopback.js';
import { MODEL, MODEL_PATH, runBeside } from '../support/loopback-run.js';

const GOOD = fileAnswer(MODEL);
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-headers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => useHeaders(NO_HEADERS));

const told = ({ seen }: Loopback) => JSON.stringify(seen).includes('s3cret');
const keys = ({ seen }: Loopback) => [...new Set(seen.map(({ headers }) => headers['x-key']))];

/** The headers that a rule sends to a target. */
function sent(target: string, origin: string): Readonly<Record<string, string>> {
  const location = locateTarget(target);
  return location.kind === 'remote' ? location.headers(origin) : {};
}

describe('a header', () => {
  const WRONG = [
    'no-colon',
    ': no name',
    'a b: c',
    'Name: line\r\nbreak',
    'Range: bytes=0-1',
    'host\n: x',
    'Host: other',
  ];

  it.each(WRONG)('is not %j', (line) => {
    expect(() => readHeaders({ header: [line] }, [], {})).toThrow('--header');
    expect(() => readHeaders({ headerFor: [`example.com ${line}`] }, [], {})).toThrow('--header-for');
  });

  it('is for the origin in the command, and the last of the same name counts', () => {
    const header = ['X-One: 1', 'Authorization:  Bearer a b ', 'x-one: 2'];
    useHeaders(readHeaders({ header }, ['https://host/m.gguf', 'https://host/n.gguf', 'name'], {}));
    expect(sent('https://host/m.gguf', 'https://host')).toEqual({ 'x-one': '2', authorization: 'Bearer a b' });
    for (const other of ['http://host', 'https://host:8443', 'https://other'])
      expect(sent('hf:a/b', other)).toEqual({});
  });

  it('is not repeated in an error', () => {
    for (const options of [{ header: ['s3cret'] }, { headerFor: ['s3cret'] }, { headerFor: ['host s3cret'] }]) {
      expect(() => readHeaders(options, [], {})).toThrow(/^((?!s3cret).)*$/s);
    }
  });
});

describe('a host', () => {
  it.each([
    [
      'example.com',
      ['https://example.com', 'http://example.com:8080'],
      ['https://a.example.com', 'https://example.com.evil'],
    ],
    ['EXAMPLE.com:8443', ['https://example.com:8443'], ['https://example.com']],
    ['example.com:443', ['https://example.com'], ['http://example.com']],
    ['https://example.com', ['https://example.com'], ['http://example.com', 'https://example.com:8443']],
    ['http://example.com:80/', ['http://example.com'], ['https://example.com']],
    ['[::1]:8080', ['http://[::1]:8080'], ['http://[::1]']],
  ])('%s', (host, yes, no) => {
    useHeaders(readHeaders({ headerFor: [`${host} X-Key: 1`] }, [], {}));
    for (const origin of yes) expect(sent('hf:a/b', origin)).toEqual({ 'x-key': '1' });
    for (const origin of no) expect(sent('hf:a/b', origin)).toEqual({});
  });

  it.each([
    'https://example.com/path',
    'ann:s3cret@example.com',
    'a/b',
    '*',
    '*.example.com',
    'ftp://a',
    'a:b',
    'a%2fb',
    'a\\b',
  ])('is not %s', (host) =>
    expect(() => readHeaders({ headerFor: [`${host} X-Key: 1`] }, [], {})).toThrow('--header-for'),
  );

  it('is typed before its header, as a separate word', () => {
    const joined = ['a', '--header-for', 'h X: 1', 'b'];
    expect(joinTwoWordOptions(['a', '--header-for', 'h', 'X: 1', 'b'])).toEqual(joined);
    expect(joinTwoWordOptions(['a', '--header-for=h', 'X: 1', 'b'])).toEqual(joined);
    expect(joinTwoWordOptions(joined)).toEqual(joined);
    expect(joinTwoWordOptions(['--header-for'])).toEqual(['--header-for']);
    expect(joinTwoWordOptions(['--', '--header-for', 'h', 'X: 1'])).toEqual(['--', '--header-for', 'h', 'X: 1']);
  });
});

it.each([
  ['model.gguf', undefined],
  ['ollama:llama3', 'https://registry.ollama.ai'],
  ['https://host:8443/a', 'https://host:8443'],
  ['hf:a/b', 'https://hub.test'],
  ['https://huggingface.co/a/b', 'https://hub.test'],
  ['https://huggingface.co/datasets/a/b.gguf', 'https://huggingface.co'],
  ['https://hub.test/x/a/b', 'https://hub.test'],
])('%s leads to %s', (target, origin) => {
  expect(originOf(target, { HF_ENDPOINT: 'https://hub.test/x' })).toBe(origin);
});

describe.concurrent('a command', () => {
  const SECRET = ['--header', 'X-Key: s3cret'];

  it.each([
    ['check', 'ONE', 'TWO'],
    ['diff', 'ONE', 'TWO'],
    ['memory', 'ONE', 'TWO'],
    ['scan', 'ONE', 'TWO'],
    ['check', 'ONE', 'hf:owner/repo'],
    ['check', MODEL_PATH, 'hf:owner/repo', 'ONE'],
  ])('%j refuses --header for several servers before it sends a request', async (...words) => {
    await beside([GOOD, GOOD], async (one, two) => {
      const at: Record<string, string> = { ONE: `${one.origin}/a.gguf`, TWO: `${two.origin}/b.gguf` };
      const args = [...words.map((word) => at[word] ?? word), ...SECRET];
      const { stdout, stderr, code } = await runBeside(args, { HF_ENDPOINT: two.origin });
      expect(stderr).toMatch(/names .* and .*\(bad-header\)[\s\S]*--header-for HOST/);
      expect([stdout, code, one.seen.length, two.seen.length]).toEqual(['', 2, 0, 0]);
    });
  });

  it('sends --header-for to its host only, in threads too', async () => {
    await beside([GOOD, GOOD], async (one, two) => {
      const models = [one, two].flatMap(({ origin }) => Array.from({ length: 8 }, (_, i) => `${origin}/${i}.gguf`));
      const host = `127.0.0.1:${one.port}`;
      expect((await runBeside(['scan', ...models, '--header-for', host, 'X-Key: s3cret'])).code).toBe(0);
      expect([keys(one), keys(two), one.seen.length]).toEqual([['s3cret'], [undefined], 8]);
    });
  });

  it('sends each server its own headers', async () => {
    await beside([GOOD, GOOD], async (one, two) => {
      const own = [one, two].flatMap(({ origin, port }) => ['--header-for', origin, `X-Key: ${port}`]);
      expect((await runBeside(['diff', `${one.origin}/a`, `${two.origin}/b`, ...own])).code).toBe(0);
      expect([keys(one), keys(two)]).toEqual([[String(one.port)], [String(two.port)]]);
    });
  });

  it('does not carry --header-for along a redirect', async () => {
    await beside([GOOD], async (other) => {
      await beside([status(302, { location: `${other.named}/b.gguf` })], async (one) => {
        const words = [`${one.origin}/a.gguf`, '--header-for', '127.0.0.1', 'X-Key: s3cret'];
        expect((await runBeside(words)).code).toBe(0);
        expect([told(one), told(other), other.seen.length]).toEqual([true, false, 1]);
      });
    });
  });

  it('accepts --header for several models of one server', async () => {
    await beside([GOOD], async (one) => {
      const words = ['check', `${one.origin}/a.gguf`, `${one.origin}/b.gguf`, MODEL_PATH, ...SECRET];
      expect((await runBeside(words)).code).toBe(0);
      expect([keys(one), one.seen.length]).toEqual([['s3cret'], 2]);
    });
  });

  it('refuses --header for a list on standard input, and accepts --header-for', async () => {
    await beside([GOOD, GOOD], async (one, two) => {
      const list = `${one.origin}/a.gguf\n${two.origin}/b.gguf\n`;
      const refused = await scanList(list, SECRET);
      expect(refused.stderr).toMatch(/a list on standard input may name any \(bad-header\)/);
      expect([refused.code, one.seen.length, two.seen.length]).toEqual([2, 0, 0]);
      expect((await scanList(list, ['--header-for', `127.0.0.1:${one.port}`, 'X-Key: s3cret'])).code).toBe(0);
      expect([keys(one), keys(two)]).toEqual([['s3cret'], [undefined]]);
    });
  });

  it('sends the token of the hub only to the hub, beside an address', async () => {
    await beside([GOOD, GOOD], async (hub, other) => {
      const models = ['hf:owner/repo/a.gguf', `${other.origin}/b.gguf`];
      const env = { HF_ENDPOINT: hub.origin, HF_TOKEN: 'hf_s3cret' };
      expect((await runBeside(['check', ...models], env)).code).toBe(0);
      expect([told(hub), told(other), other.seen.length]).toEqual([true, false, 1]);
    });
  });
});

function scanList(input: string, args: readonly string[]): Promise<{ stderr: string; code: number | null }> {
  return new Promise((resolve) => {
    const env = { ...plainEnvironment(), HF_HOME: folder };
    const child = spawn(process.execPath, [PROGRAM, 'scan', ...args], { env, stdio: ['pipe', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('close', (code) => resolve({ stderr, code }));
  });
}
