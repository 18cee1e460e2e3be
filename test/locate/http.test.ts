/** A model at an address gives the same reports as the file, from few requests and few bytes. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { explain, readGguf } from '../../src/index.js';
import { remoteFileName } from '../../src/words/remote-names.js';
import { type Answer, beside, fileAnswer, serve } from '../support/loopback.js';
import { MODEL, MODEL_PATH, runBeside } from '../support/loopback-run.js';

const GOOD = fileAnswer(MODEL);
/** Counts the bytes read from connections. */
const OBSERVER = fileURLToPath(new URL('../bench/observe.cjs', import.meta.url));
const NAME = 'tiny-stories-Q4_K_M.gguf';

/** Commands that need only the header, and those that read tensor data too; MODEL stands for the file. */
const COMMANDS: readonly { words: readonly string[]; requests: number }[] = [
  { words: ['explain', 'MODEL', '--json'], requests: 1 },
  { words: ['explain', 'MODEL'], requests: 1 },
  { words: ['tensors', 'MODEL', '--json'], requests: 1 },
  { words: ['tensors', 'MODEL', '--csv'], requests: 1 },
  { words: ['tensor', 'MODEL', 'blk.0.attn_q.weight', '--no-data', '--json'], requests: 1 },
  { words: ['tensor', 'MODEL', 'blk.0.attn_q.weight', '--json'], requests: 2 },
  { words: ['tensor', 'MODEL', 'token_embd.weight', '--slice', '616,0:4'], requests: 2 },
  { words: ['token', 'MODEL', 'Hello', '--no-data'], requests: 1 },
  { words: ['token', 'MODEL', 'Hello', '--json'], requests: 2 },
  { words: ['metadata', 'MODEL', '--full', '--json'], requests: 1 },
  { words: ['metadata', 'MODEL', 'general.name'], requests: 1 },
  { words: ['memory', 'MODEL', '--context', '128', '--json'], requests: 1 },
  { words: ['sizes', 'MODEL', '--json'], requests: 1 },
  { words: ['check', 'MODEL', '--json'], requests: 1 },
  { words: ['check', 'MODEL', '--format', 'sarif'], requests: 1 },
  { words: ['check', 'MODEL', '--format', 'junit'], requests: 1 },
  { words: ['hash', 'MODEL', '--json'], requests: 2 },
  { words: ['hash', 'MODEL'], requests: 2 },
];

/** Times are not part of a verdict. */
const comparable = (text: string, name: string) =>
  text
    .replaceAll(name, 'MODEL')
    .replaceAll('file://MODEL', 'MODEL')
    // Pages of a checkout show paths, but not addresses.
    .replaceAll(name.replace('http://', '').replace(':', '%3A'), 'MODEL')
    .replace(/ time(?:stamp)?="[^"]+"/g, '');

/** A page without its example, which is computed only from files on this machine, and without the commands that it suggests for them. */
const sameEverywhere = (text: string) => text.replace(/^ EXAMPLE .*\n(?:.+\n)*\n/m, '').replace(/^ NEXT\n.*/ms, '');

describe.concurrent('by address', () => {
  it.each(COMMANDS)('$words gives the same result as by path', async ({ words, requests }) => {
    await beside([GOOD], async (server) => {
      const url = `${server.origin}/${NAME}`;
      const as = (model: string) => words.map((word) => (word === 'MODEL' ? model : word));
      const [remote, local] = await Promise.all([runBeside(as(url)), runBeside(as(MODEL_PATH))]);
      expect(remote.stderr).toBe('');
      // A table is as wide as its names, so widths are not compared.
      const squeezed = (text: string) => sameEverywhere(text).replace(/ {2,}/g, ' ');
      expect(squeezed(comparable(remote.stdout, url))).toBe(squeezed(comparable(local.stdout, MODEL_PATH)));
      expect(remote.code).toBe(local.code);
      expect(server.seen).toHaveLength(requests);
    });
  });

  it('diff --data finds no difference, even from a server without parts', async () => {
    for (const ranges of [true, false]) {
      await beside([fileAnswer(MODEL, { ranges })], async (server) => {
        const { stdout, stderr, code } = await runBeside(['diff', '--data', `${server.origin}/${NAME}`, MODEL_PATH]);
        expect(stderr).toBe('');
        expect(stdout).not.toBe('');
        expect(code).toBe(0);
      });
    }
  });

  it('hash continues where a connection broke in the middle of the data', async () => {
    const half: Answer = (request, response, before) => {
      if (before !== 1) return GOOD(request, response, before);
      const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0]);
      const part = { 'content-range': `bytes ${from}-${MODEL.length - 1}/${MODEL.length}`, etag: '"1"' };
      response.writeHead(206, { ...part, 'content-length': MODEL.length - from });
      response.write(MODEL.subarray(from, 500_000), () => response.socket?.end());
    };
    await beside([half], async (server) => {
      const [remote, local] = await Promise.all([
        runBeside(['hash', `${server.origin}/${NAME}`, '--no-layer']),
        runBeside(['hash', MODEL_PATH, '--no-layer']),
      ]);
      expect(remote.stdout.split(/\s+/)[1]).toBe(local.stdout.split(/\s+/)[1]);
      expect(server.seen.map(({ headers }) => headers['if-range'])).toEqual([undefined, '"1"', '"1"']);
      expect(server.seen[2]?.headers.range).toBe('bytes=500000-');
    });
  });

  it('the library reads one too, with headers that reach no other server', async () => {
    vi.stubEnv('no_proxy', '*');
    await beside([GOOD], async (other) => {
      const onward: Answer = (request, response) => {
        const location = request.url === '/' ? '/again' : `${other.named}/${NAME}`;
        response.writeHead(307, { location }).end();
      };
      await beside([onward], async (server) => {
        const { size } = await readGguf(`${server.origin}/`, { headers: { [server.origin]: { 'x-key': 's3cret' } } });
        expect(size).toBe(MODEL.length);
        expect(server.seen.map(({ headers }) => headers['x-key'])).toEqual(['s3cret', 's3cret']);
        expect(other.seen[0]?.headers).not.toHaveProperty('x-key');
        const report = await explain(`${other.origin}/${NAME}`);
        expect(report.file).toMatchObject({ name: `${other.origin}/${NAME}`, size: MODEL.length });
      });
    });
  });
});

describe('reading a model', () => {
  /** The header of the model, followed by zeros for as long as the client reads. */
  const endless =
    (bytes: number): Answer =>
    (_request, response) => {
      response.writeHead(200, { 'content-length': MODEL.length + bytes });
      const zeros = Buffer.alloc(65_536);
      const more = () => {
        while (!response.destroyed && response.write(zeros));
        response.once('drain', more);
      };
      response.write(MODEL);
      more();
    };

  it('ends soon after the header, and so do the process and its connection', async () => {
    const server = await serve(endless(2 ** 33));
    const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-http-'));
    try {
      const note = join(folder, 'observation.json');
      const env = { NODE_OPTIONS: `--require ${OBSERVER}`, BENCH_OBSERVATION: note };
      const { stdout, stderr, code, milliseconds } = await runBeside([`${server.origin}/${NAME}`, '--json'], env);
      expect([stderr, code]).toEqual(['', 0]);
      expect(server.seen).toHaveLength(1);
      const { receivedBytes } = JSON.parse(readFileSync(note, 'utf8'));
      const { headerBytes } = JSON.parse(stdout).file;
      expect(receivedBytes).toBeGreaterThanOrEqual(headerBytes);
      expect(receivedBytes - headerBytes).toBeLessThan(2 ** 18);
      // The server has written more: the bytes that fit into the buffers of the two systems.
      expect(server.written()).toBeLessThan(2 ** 27);
      expect(milliseconds).toBeLessThan(15_000);
      await expect.poll(() => server.open()).toBe(0);
    } finally {
      await server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('requests neither parts nor compression', async () => {
    await beside([GOOD], async (server) => {
      await runBeside([`${server.origin}/${NAME}?download=true#part`]);
      const [{ method, url, headers } = { method: '', url: '', headers: {} }] = server.seen;
      expect([method, url]).toEqual(['GET', `/${NAME}?download=true`]);
      expect(headers).toMatchObject({ 'accept-encoding': 'identity', connection: 'close' });
      expect(headers).not.toHaveProperty('range');
    });
  });
});

describe.concurrent('a password in an address', () => {
  it.each([
    [['explain', 'URL', '--json']],
    [['explain', 'URL']],
    [['tensors', 'URL', '--json']],
    [['metadata', 'URL', '--json']],
    [['memory', 'URL', '--json']],
    [['check', 'URL']],
    [['check', 'URL', '--json']],
    [['check', 'URL', '--format', 'sarif']],
    [['check', 'URL', '--format', 'junit']],
    [['hash', 'URL']],
    [['hash', 'URL', '--json']],
    [['diff', 'URL', MODEL_PATH]],
    [['diff', 'URL', MODEL_PATH, '--json']],
    [['tensor', 'URL', 'no.such.tensor', '--json']],
    [['metadata', 'URL', 'no.such.key', '--json']],
    [['explain', 'URL/gone', '--json']],
    [['check', 'URL/gone', '--json']],
  ])('is nowhere in what %j prints', async (words) => {
    const answer: Answer = (request, response, before) =>
      request.url?.includes('gone') ? response.writeHead(404).end() : GOOD(request, response, before);
    await beside([answer], async (server) => {
      const url = `http://ann:s3cret@127.0.0.1:${server.port}/${NAME}?X-Amz-Signature=s3cret`;
      const { stdout, stderr } = await runBeside(words.map((word) => word.replace('URL', url)));
      expect(`${stdout}${stderr}`).not.toBe('');
      expect(stdout + stderr).not.toContain('s3cret');
      expect(server.seen[0]?.headers.authorization).toMatch(/^Basic /);
      expect(server.seen[0]?.url).toContain('s3cret');
    });
  });
});

describe('the name of a file at an address', () => {
  it.each([
    ['https://host/a/b.gguf', 'b.gguf'],
    ['https://host/a/b.GGUF?download=true#x', 'b.GGUF'],
    ['hf:owner/repo/folder/b.gguf@refs/pr/1', 'b.gguf'],
    ['https://host/?file=b.gguf', 'b.gguf'],
    ['https://host/model', null],
    ['hf:owner/repo', null],
  ])('of %s is %s', (address, name) => {
    expect(remoteFileName(address)).toBe(name);
  });
});
