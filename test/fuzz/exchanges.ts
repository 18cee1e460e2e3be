/**
 * Hostile servers on this machine (hubs with odd lists, files in odd answers, redirects that lead astray), and stores with odd manifests.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { type Answer, fileAnswer, serve } from '../support/loopback.js';
import type { Random } from './random.js';
import { MARK, tainted } from './taint.js';

/** A model to request, and the server that answers. */
export interface Exchange {
  story: string;
  target: string;
  env: Record<string, string>;
  close(): Promise<void>;
}

/** No token and no cache of any user, and no waiting. */
const ALONE = {
  ...{
    HF_HOME: 'nowhere',
    HF_TOKEN: '',
    GGUF_EXPLAIN_HTTP_WAIT: '0.001',
    GGUF_EXPLAIN_HTTP_TIMEOUT: '0.3',
    GGUF_EXPLAIN_HTTP_RETRIES: '1',
  },
  ...{ http_proxy: '', https_proxy: '', HTTP_PROXY: '', HTTPS_PROXY: '', ALL_PROXY: '', all_proxy: '' },
};

/** Starts the behavior with this name. `bytes` is the content of served files; `folder` is empty. */
export async function startExchange(
  behavior: string,
  bytes: Buffer,
  folder: string,
  random: Random,
): Promise<Exchange> {
  const [kind = '', name = ''] = behavior.split(': ');
  if (kind === 'store') return ollamaStore(name, bytes, folder, random);
  const listing = (kind === 'list' ? LISTINGS[name] : LISTINGS.sound) as Made;
  const served = (kind === 'file' ? FILES[name] : FILES.sound) as Served;
  const [page, file] = [listing(random), served(bytes, random)];
  const server = await serve((request, response, before) => {
    // A client that never stops asking is disconnected; the time of the run shows how many requests it made.
    if (before > MOST_REQUESTS) response.socket?.destroy();
    else if (request.url?.includes('/tree/')) page(request, response, before);
    else file(request, response, before);
  });
  const named = ['hf:owner/repo', 'hf:owner/repo:Q4_K_M', 'hf:owner/repo/model.gguf'];
  const target = kind === 'list' || random.below(3) === 0 ? random.pick(named) : `${server.origin}/m/model.gguf`;
  return { story: behavior, target, env: { ...ALONE, HF_ENDPOINT: server.origin }, close: server.close };
}

/** More requests than any run here needs. */
const MOST_REQUESTS = 3000;

type Made = (random: Random) => Answer;

const entry = (path: unknown, size: unknown = 1000, type: unknown = 'file') => ({ type, oid: 'ab', size, path });

const json =
  (value: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json', ...headers })
      .end(typeof value === 'string' ? value : JSON.stringify(value));

const ODD_VALUES = [null, 0, -1, 1.5, 1e300, 2 ** 53, true, '', 'x', [], {}, [[]], { a: { b: null } }];

const LISTINGS: Readonly<Record<string, Made>> = {
  sound: () => json([entry('model.gguf'), entry('model-Q4_K_M.gguf'), entry('sub/other-Q8_0.gguf')]),
  'hostile names': (random) =>
    json(Array.from({ length: 20 }, () => entry(`${tainted('m', random)}-Q4_K_M.gguf`, random.below(1e9)))),
  'leading out': () =>
    json(
      ['../../x.gguf', '/etc/x.gguf', 'a/../../b.gguf', 'C:\\x.gguf', '\\\\h\\x.gguf', '.', '//x.gguf'].map((path) =>
        entry(path),
      ),
    ),
  'odd values': (random) =>
    json(
      Array.from({ length: 30 }, () =>
        entry(random.pick([...ODD_VALUES, 'm.gguf']), random.pick(ODD_VALUES), random.pick([...ODD_VALUES, 'file'])),
      ),
    ),
  'odd entries': () => json(ODD_VALUES),
  'no list': (random) => json(random.pick(ODD_VALUES)),
  'no JSON': (random) =>
    json(random.pick(['', '[', '[{"type":"file"', '<html>', `${MARK}\u001b[2J`, '\ufeff[]', 'NaN'])),
  deep: () => json(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
  'deep objects': () => json(`[${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}]`),
  many: () => json(Array.from({ length: 20_000 }, (_, i) => entry(`m${i}.gguf`))),
  'many shards': () =>
    json(Array.from({ length: 2000 }, (_, i) => entry(`m-${String(i + 1).padStart(5, '0')}-of-02000.gguf`))),
  'shards of many sets': () => json(Array.from({ length: 2000 }, (_, i) => entry(`m${i}-00001-of-99999.gguf`))),
  'sizes beyond what a sum holds': () =>
    json(Array.from({ length: 50 }, (_, i) => entry(`m-${String(i + 1).padStart(5, '0')}-of-00050.gguf`, 2 ** 53 - 1))),
  'long names': () => json([entry(`${'n'.repeat(100_000)}.gguf`), entry(`${'d/'.repeat(5000)}m.gguf`)]),
  'the same again': () => json(Array.from({ length: 200 }, () => entry('model-Q4_K_M.gguf'))),
  'endless pages': () => (request, response, before) =>
    json([entry(`m${before}.gguf`)], {
      link: `<http://${request.headers.host}/api/models/o/r/tree/main?cursor=${before}>; rel="next"`,
    })(request, response, before),
  'odd next pages': (random) =>
    json([entry('model.gguf')], {
      link: random.pick([
        '<file:///etc/hosts>; rel="next"',
        '<>; rel=next',
        '<http://[>; rel="next"',
        `<${'<'.repeat(50_000)}`,
        '<javascript:1>; rel="next"',
        '<?x>; rel="next"',
      ]),
    }),
  refusals: (random) => (_request, response) =>
    raw(
      response,
      `HTTP/1.1 ${random.pick([401, 403, 404, 429, 500, 503])} ${tainted('no', random).replaceAll(/[\r\n\0]/g, '')}\r\nx-error-code: ${random.pick(['RepoNotFound', 'GatedRepo', MARK])}\r\nx-error-message: ${MARK}\x9b2J\xff\r\nretry-after: ${random.pick(['0', '-1', 'soon', '1e9'])}\r\ncontent-length: 0\r\n\r\n`,
    ),
};

type Served = (bytes: Buffer, random: Random) => Answer;

const FILES: Readonly<Record<string, Served>> = {
  sound: (bytes) => fileAnswer(bytes),
  'without ranges': (bytes) => fileAnswer(bytes, { ranges: false }),
  'one byte at a time': (bytes) => (request, response) => part(response, bytes, rangeOf(request, bytes).start, 1),
  'odd Content-Range': (bytes, random) => (request, response) => {
    const { start, end } = rangeOf(request, bytes);
    const range = random.pick([
      `bytes ${start + 1}-${end}/${bytes.length}`,
      `bytes ${start}-${end - 1}/${bytes.length + 7}`,
      `bytes ${start}-${end - 1}/*`,
      'bytes 9-1/5',
      'bytes */*',
      '',
      `bytes 0-${'9'.repeat(30)}/${'9'.repeat(30)}`,
      `items 0-1/2 ${MARK}\x9b`,
    ]);
    response.writeHead(206, { 'content-range': range, etag: '"1"' }).end(bytes.subarray(start, end));
  },
  'too much': (bytes) => (request, response) => {
    const { start, end } = rangeOf(request, bytes);
    response
      .writeHead(206, { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}`, etag: '"1"' })
      .end(Buffer.concat([bytes.subarray(start, end), Buffer.alloc(5000, 65)]));
  },
  'too little': (bytes) => (request, response) => {
    const { start, end } = rangeOf(request, bytes);
    response
      .writeHead(206, { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}`, etag: '"1"' })
      .end(bytes.subarray(start, start + Math.floor((end - start) / 2)));
  },
  'another file each time': (bytes) => (request, response, before) =>
    fileAnswer(bytes, { etag: `"${before}"` })(request, response, before),
  'shorter each time': (bytes) => (request, response, before) =>
    fileAnswer(bytes.subarray(0, Math.max(1, bytes.length - before * 1000)))(request, response, before),
  'odd lengths': (_bytes, random) => (_request, response) =>
    raw(
      response,
      `HTTP/1.1 200 OK\r\ncontent-length: ${random.pick(['-1', '9'.repeat(25), '1e3', '', '5, 6', '0'])}\r\n\r\nGGUF`,
    ),
  'odd heads': (_bytes, random) => (_request, response) =>
    raw(
      response,
      random.pick([
        `HTTP/1.1 200 ${MARK}\u001b[2J\r\n\r\n`,
        'HTTP/9.9 200 OK\r\n\r\n',
        `HTTP/1.1 999 ${MARK}\x9b31m\r\ncontent-length: 0\r\n\r\n`,
        `${MARK}\r\n`,
        '',
        `HTTP/1.1 200 OK\r\nx: ${'h'.repeat(70_000)}\r\n\r\n`,
        'HTTP/1.1 100 Continue\r\n\r\n',
        'HTTP/1.1 204 No\r\n\r\n',
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      ]),
    ),
  redirects: (bytes, random) => {
    const location = random.pick([
      '/again',
      '//',
      'http://',
      'file:///etc/hosts',
      'ftp://x/',
      `http://${MARK}.invalid/%1b[2J`,
      'http://user:s3cret@127.0.0.1:1/',
      '?a',
      'http://127.0.0.1:99999/',
      `/${'l'.repeat(9000)}`,
      `/${MARK}\x9b31m\xe2\x80\xae`,
      '',
    ]);
    return (request, response, before) =>
      before > 30
        ? fileAnswer(bytes)(request, response, before)
        : response.writeHead(random.pick([301, 302, 307, 308]), location === '' ? {} : { location }).end();
  },
  compressed: (bytes, random) => (_request, response) =>
    response
      .writeHead(200, { 'content-encoding': random.pick(['gzip', 'br', 'deflate', 'identity', MARK]) })
      .end(bytes.subarray(0, 5000)),
  statuses: (_bytes, random) => {
    const status = random.pick([
      200, 201, 204, 206, 300, 304, 400, 401, 403, 404, 410, 416, 418, 429, 451, 500, 503, 599,
    ]);
    return (_request, response) =>
      response
        .writeHead(status, {
          'content-type': 'text/html',
          'retry-after': random.pick(['0', 'never', '99999']),
          'www-authenticate': `${MARK}\x9b`,
        })
        .end(status === 204 || status === 304 ? undefined : `<html>${MARK}\u001b[2J\n::error::${MARK}`);
  },
  'broken off': (bytes, random) => (_request, response) => {
    const count = random.below(bytes.length + 1);
    response.writeHead(200, { 'content-length': bytes.length, etag: '"1"' });
    response.write(bytes.subarray(0, count), () => response.socket?.destroy());
  },
};

function rangeOf({ headers }: IncomingMessage, bytes: Buffer): { start: number; end: number } {
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  return { start: Number(from), end: Math.min(bytes.length, to === '' ? bytes.length : Number(to) + 1) };
}

function part(response: ServerResponse, bytes: Buffer, start: number, count: number): void {
  const end = Math.min(bytes.length, start + count);
  response
    .writeHead(206, { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}`, etag: '"1"' })
    .end(bytes.subarray(start, end));
}

/** Bytes that Node's own server would never write. */
function raw(response: ServerResponse, text: string): void {
  response.socket?.end(Buffer.from(text, 'latin1'));
}

type Manifest = (layer: Layer, random: Random) => unknown;
interface Layer {
  mediaType: string;
  digest: string;
  size: number;
}

const MANIFESTS: Readonly<Record<string, Manifest>> = {
  sound: (layer) => ({ layers: [layer] }),
  'odd digest': (layer, random) => ({
    layers: [
      {
        ...layer,
        digest: random.pick([...ODD_VALUES, '../../x', `sha256:${MARK}\u001b[2J`, `sha256:${'0'.repeat(64)}`]),
      },
    ],
  }),
  'odd kind': (layer, random) => ({
    layers: [{ ...layer, mediaType: random.pick([...ODD_VALUES, tainted('x', random)]) }, layer],
  }),
  'odd layers': (_, random) => ({ layers: random.pick(ODD_VALUES) }),
  'many layers': (layer) => ({ layers: Array.from({ length: 5000 }, () => layer) }),
  'odd value': (_, random) => random.pick(ODD_VALUES),
  'cut off': () => '['.repeat(50_000),
  deep: () => `{"layers":[${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}]}`,
  empty: () => '',
};

/** A store of Ollama in a folder, with a faulty manifest. */
function ollamaStore(name: string, bytes: Buffer, folder: string, random: Random): Exchange {
  const digest = `sha256:${'ab'.repeat(32)}`;
  const layer = { mediaType: 'application/vnd.ollama.image.model', digest, size: bytes.length };
  const manifest = (MANIFESTS[name] as Manifest)(layer, random);
  const store = join(folder, 'ollama');
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(store, path)), { recursive: true });
    writeFileSync(join(store, path), content);
  };
  const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
  write('manifests/registry.ollama.ai/library/m/latest', text);
  write(`blobs/${digest.replace(':', '-')}`, bytes);
  const env = { ...ALONE, OLLAMA_MODELS: store };
  return { story: `store: ${name}`, target: 'ollama:m', env, close: async () => undefined };
}

/** The names of all behaviors. */
export const BEHAVIORS: readonly string[] = [
  ...Object.keys(LISTINGS).map((name) => `list: ${name}`),
  ...Object.keys(FILES).map((name) => `file: ${name}`),
  ...Object.keys(MANIFESTS).map((name) => `store: ${name}`),
];
