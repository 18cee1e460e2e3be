/** Answers of servers instead of a file: the sentence that each answer gets, how often the file is requested, and how the command ends. */

import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Pace, Patience } from '../../src/io/http/patience.js';
import { type Answer, beginning, beside, fileAnswer, inTurn, status } from '../support/loopback.js';
import { MODEL, runBeside } from '../support/loopback-run.js';

const GOOD = fileAnswer(MODEL);
const ONE_RETRY = { GGUF_EXPLAIN_HTTP_RETRIES: '1' };
const IMPATIENT = { GGUF_EXPLAIN_HTTP_TIMEOUT: '0.4', ...ONE_RETRY };

interface Refusal {
  behaviour: string;
  answer: Answer;
  code: string;
  sentence: string;
  requests?: number;
  env?: Record<string, string>;
}

const silent: Answer = () => undefined;
const reset: Answer = (request) => void request.socket.resetAndDestroy();
const garbage: Answer = (request) => void request.socket.end('SSH-2.0-OpenSSH_9.6\r\n');

/** Writes something every few milliseconds until the connection ends. */
function drip({ socket }: IncomingMessage, write: (i: number) => void): void {
  let i = 0;
  const timer = setInterval(() => write(i++), 20);
  socket.on('close', () => clearInterval(timer));
}

/** Sends parts of at most this many bytes, whatever is requested. */
function inPieces(most: number): Answer {
  const whole = fileAnswer(MODEL);
  return (request, response, before) => {
    const [, from] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
    if (from !== undefined) request.headers.range = `bytes=${from}-${Number(from) + most - 1}`;
    whole(request, response, before);
  };
}

const REFUSALS: readonly Refusal[] = [
  {
    behaviour: '401',
    answer: status(401),
    code: 'unauthorized',
    sentence: 'the server requires a login (HTTP 401)',
  },
  {
    behaviour: '403',
    answer: status(403),
    code: 'forbidden',
    sentence: 'the server refuses access to the file (HTTP 403)',
  },
  { behaviour: '404', answer: status(404), code: 'not-found', sentence: 'the server has no such file (HTTP 404)' },
  { behaviour: '410', answer: status(410), code: 'gone', sentence: 'the server no longer has the file (HTTP 410)' },
  {
    behaviour: '418',
    answer: status(418),
    code: 'unexpected-answer',
    sentence: 'the server answers with something other than a file (HTTP 418)',
  },
  {
    behaviour: '204',
    answer: status(204),
    code: 'unexpected-answer',
    sentence: 'the server answers with something other than a file (HTTP 204)',
  },
  {
    behaviour: '101, which nobody asked for',
    answer: (request) => void request.socket.end('HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    code: 'connection-lost',
    sentence: 'the connection broke before the server answered',
    requests: 2,
  },
  {
    behaviour: '429 for good',
    answer: status(429),
    code: 'too-many-requests',
    sentence: 'the server got too many requests (HTTP 429); given up after 2 attempts',
    requests: 2,
  },
  {
    behaviour: '429 for an hour',
    answer: status(429, { 'retry-after': '3600' }),
    code: 'too-many-requests',
    sentence: 'the server got too many requests (HTTP 429) and asks to try again in 3600 s',
  },
  {
    behaviour: '500 for good',
    answer: status(500),
    code: 'server-error',
    sentence: 'the server has failed (HTTP 500); given up after 2 attempts',
    requests: 2,
  },
  { behaviour: '501', answer: status(501), code: 'server-error', sentence: 'the server has failed (HTTP 501)' },
  {
    behaviour: 'a web page',
    answer: status(200, { 'content-type': 'text/html; charset=utf-8' }, '<!doctype html><title>Log in</title>'),
    code: 'web-page',
    sentence: 'the server answers with a web page instead of the file',
  },
  {
    behaviour: 'a compressed file',
    answer: status(200, { 'content-encoding': 'gzip' }, 'xx'),
    code: 'encoded-body',
    sentence: 'the server sends the file compressed (gzip), which it was asked not to do',
  },
  { behaviour: 'an empty body', answer: status(200), code: 'empty-file', sentence: 'empty-file at byte 0' },
  {
    behaviour: 'no HTTP',
    answer: garbage,
    code: 'not-http',
    sentence: 'is not valid HTTP (HPE_',
  },
  {
    behaviour: 'another part than asked for',
    answer: inTurn(
      beginning(MODEL, 5000, 'break'),
      status(206, { 'content-range': `bytes 7-8/${MODEL.length}` }, 'xx'),
    ),
    code: 'no-ranges',
    sentence: 'the server sends a different part of the file than requested',
    requests: 2,
  },
  {
    behaviour: 'more than was announced',
    answer: inTurn(
      beginning(MODEL, 5000, 'break'),
      status(206, { 'content-range': `bytes 5000-5009/${MODEL.length}` }, 'x'.repeat(5000)),
    ),
    code: 'wrong-length',
    sentence: 'the server sends more than the 5010 bytes that it announced',
    requests: 2,
  },
  {
    behaviour: 'another file on the second request',
    answer: inTurn(beginning(MODEL, 5000, 'break'), fileAnswer(MODEL, { etag: '"2"' })),
    code: 'changed-meanwhile',
    sentence: 'the file on the server has changed while it was read',
    requests: 2,
  },
  {
    behaviour: 'a file that was cut meanwhile',
    answer: inTurn(beginning(MODEL, 5000, 'break'), status(416, { 'content-range': 'bytes */100' })),
    code: 'changed-meanwhile',
    sentence: 'the file on the server has changed while it was read',
    requests: 2,
  },
  {
    behaviour: 'a part that is refused',
    answer: inTurn(beginning(MODEL, 5000, 'break'), status(416)),
    code: 'range-refused',
    sentence: 'the server refuses to send the part of the file that is needed (HTTP 416)',
    requests: 2,
  },
  {
    behaviour: 'a body that always breaks',
    answer: beginning(MODEL, 5000, 'break'),
    code: 'connection-lost',
    sentence: 'the connection broke after 5000 bytes (ECONNRESET); given up after 2 attempts',
    requests: 2,
  },
  {
    behaviour: 'a byte now and then',
    answer: (request, response) => {
      response.writeHead(200, { 'content-length': MODEL.length });
      drip(request, (i) => response.write(MODEL.subarray(i, i + 1)));
    },
    code: 'stalled',
    sentence: ' came ',
    requests: 2,
    env: IMPATIENT,
  },
  {
    behaviour: 'a head that never ends, line by line',
    answer: (request) => {
      request.socket.write('HTTP/1.1 200 OK\r\n');
      drip(request, (i) => request.socket.write(`X-${i}: 1\r\n`));
    },
    code: 'stalled',
    sentence: 'no data came for 0.4 seconds; given up after 2 attempts',
    requests: 2,
    env: IMPATIENT,
  },
  {
    behaviour: 'a head that is far too long',
    answer: (request) => void request.socket.write(`HTTP/1.1 200 OK\r\n${'X: 1\r\n'.repeat(100_000)}`),
    code: 'not-http',
    sentence: 'HPE_HEADER_OVERFLOW',
  },
  {
    behaviour: 'one byte in each answer',
    answer: inTurn(beginning(MODEL, 5000, 'break'), inPieces(1)),
    code: 'unexpected-answer',
    sentence: 'the server sends the file in parts that are too small: 17 bytes in 17 answers',
    requests: 18,
  },
  {
    behaviour: 'a part that is empty',
    answer: inTurn(
      beginning(MODEL, 5000, 'break'),
      status(206, { 'content-range': `bytes 5000-${MODEL.length - 1}/${MODEL.length}`, 'content-length': '0' }),
    ),
    code: 'connection-lost',
    sentence: `the connection broke after 5000 of ${MODEL.length} bytes; given up after 2 attempts`,
    requests: 2,
  },
  {
    behaviour: 'a part that is at no place',
    answer: inTurn(beginning(MODEL, 5000, 'break'), status(206, { 'content-range': `bytes */${MODEL.length}` }, 'x')),
    code: 'no-ranges',
    sentence: 'the server sends a different part of the file than requested',
    requests: 2,
  },
  {
    behaviour: 'a connection that is reset',
    answer: reset,
    code: 'connection-lost',
    sentence: 'the connection broke before the server answered (ECONNRESET); given up after 2 attempts',
    requests: 2,
  },
  {
    behaviour: 'silence in place of a head',
    answer: silent,
    code: 'stalled',
    sentence: 'no data came for 0.4 seconds; given up after 2 attempts',
    requests: 2,
    env: IMPATIENT,
  },
  {
    behaviour: 'silence inside the header',
    answer: beginning(MODEL, 5000, 'stall'),
    code: 'stalled',
    sentence: 'no data came for 0.4 seconds; given up after 2 attempts',
    requests: 2,
    env: IMPATIENT,
  },
];

describe.concurrent('a server that answers with', () => {
  it.each(REFUSALS)('$behaviour', async ({ answer, code, sentence, requests = 1, env = ONE_RETRY }) => {
    await beside([answer], async (server) => {
      const url = `${server.origin}/model.gguf`;
      const { stdout, stderr, code: exit, milliseconds } = await runBeside([url, '--json'], env);
      expect(stderr).toContain(`gguf-explain: ${url}: `);
      expect(stderr).toContain(sentence);
      expect(stderr).not.toMatch(/\n {4}at /);
      expect(stderr.split('\n').length).toBeLessThanOrEqual(4);
      expect(JSON.parse(stdout).error).toMatchObject({ code, target: url });
      expect(exit).toBe(2);
      expect(server.seen).toHaveLength(requests);
      expect(milliseconds).toBeLessThan(15_000);
    });
  });
});

interface Recovery {
  behaviour: string;
  answer: Answer;
  /** The `Range` of each request. */
  ranges: readonly (string | undefined)[];
  env?: Record<string, string>;
}

/** Two requests cover the rest of the header. */
const PIECE = 9000;

const RECOVERIES: readonly Recovery[] = [
  { behaviour: '429 at first', answer: inTurn(status(429), GOOD), ranges: [undefined, undefined] },
  {
    behaviour: '429 and a time to wait',
    answer: inTurn(status(429, { 'retry-after': '1' }), GOOD),
    ranges: [undefined, undefined],
  },
  {
    behaviour: '503 until a time that has passed',
    answer: inTurn(status(503, { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }), GOOD),
    ranges: [undefined, undefined],
  },
  {
    behaviour: 'a broken connection, then a page of the gateway',
    answer: inTurn(beginning(MODEL, 5000, 'break'), status(502), GOOD),
    ranges: [undefined, 'bytes=5000-', 'bytes=5000-'],
  },
  {
    behaviour: 'a body that breaks off',
    answer: inTurn(beginning(MODEL, 5000, 'break'), GOOD),
    ranges: [undefined, 'bytes=5000-'],
  },
  {
    behaviour: 'a body that stops coming',
    answer: inTurn(beginning(MODEL, 5000, 'stall'), GOOD),
    ranges: [undefined, 'bytes=5000-'],
    env: { GGUF_EXPLAIN_HTTP_TIMEOUT: '1' },
  },
  {
    behaviour: 'a body that breaks off, and no parts',
    answer: inTurn(beginning(MODEL, 5000, 'break'), fileAnswer(MODEL, { ranges: false })),
    ranges: [undefined, 'bytes=5000-'],
  },
  {
    behaviour: 'parts of less than what is asked for',
    answer: inTurn(beginning(MODEL, 5000, 'break'), inPieces(PIECE)),
    ranges: [undefined, 'bytes=5000-', `bytes=${5000 + PIECE}-`],
  },
  { behaviour: 'a file called a web page', answer: fileAnswer(MODEL, { type: 'text/html' }), ranges: [undefined] },
];

describe.concurrent('a server that recovers', () => {
  it.each(RECOVERIES)('$behaviour', async ({ answer, ranges, env = {} }) => {
    await beside([answer], async (server) => {
      const { stdout, stderr, code } = await runBeside([`${server.origin}/model.gguf`, '--json'], env);
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(JSON.parse(stdout).file.size).toBe(MODEL.length);
      expect(server.seen.map(({ headers }) => headers.range)).toEqual(ranges);
    });
  });

  it('a body without its length is read to its end only for a verdict', async () => {
    await beside([(_request, response) => response.end(MODEL)], async (server) => {
      const explained = await runBeside([`${server.origin}/m.gguf`, '--json']);
      expect(JSON.parse(explained.stdout).file.size).toBe(MODEL.length);
    });
    const chunked: Answer = (_request, response) => {
      response.write(MODEL.subarray(0, 100_000));
      response.end(MODEL.subarray(100_000));
    };
    await beside([chunked], async (server) => {
      const url = `${server.origin}/tiny-stories-Q4_K_M.gguf`;
      const explained = await runBeside([url, '--json']);
      expect(JSON.parse(explained.stdout).file.size).toBeNull();
      const checked = await runBeside(['check', url]);
      expect(checked.stderr).toBe('');
      expect(checked.code).toBe(0);
    });
  });
});

describe.concurrent('a body without an end', () => {
  const endless: Answer = (_request, response) => {
    response.write(MODEL);
    const more = Buffer.alloc(1 << 20);
    const go = (): void => {
      while (!response.destroyed && response.write(more));
    };
    response.on('drain', go);
    go();
  };

  it('is left at the end of the header, or a little after the model where a verdict is requested', async () => {
    await beside([endless], async (server) => {
      const url = `${server.origin}/m.gguf`;
      expect((await runBeside([url])).code).toBe(0);
      const { stdout, code } = await runBeside(['check', url]);
      expect(stdout).toContain('the server sends more than 64 MiB after the end of the model');
      expect(code).toBe(2);
    });
  });
});

describe('progress', () => {
  it('is a rate over the time that was waited, whatever the pieces', () => {
    const pace = new Pace({ stall: 2000 });
    for (let i = 0; i < 100; i++) pace.arrived(100, 100);
    pace.arrived(2000, 1999);
    // Time in which nobody waited is not counted, and after it a new window begins.
    for (let i = 0; i < 100; i++) pace.arrived(1, 0);
    pace.arrived(0, 1);
    expect(() => {
      for (let i = 0; i < 20; i++) pace.arrived(99, 100);
    }).toThrow('only 1980 bytes came in 2 seconds');
  });

  it('requires parts of a minimum size', () => {
    const settings = { stall: 1, retries: 0, wait: 0, env: {} };
    const large = new Patience(settings);
    for (let i = 0; i < 1000; i++) large.afterPart(16 * 1024);
    const small = new Patience(settings);
    const asked = (): number => {
      for (let i = 1; ; i++) {
        try {
          small.afterPart(1024);
        } catch {
          return i;
        }
      }
    };
    expect(asked()).toBe(18);
  });
});

describe('an impossible request', () => {
  it('goes to a port where nobody listens', async () => {
    const url = await beside([GOOD], async (server) => `${server.origin}/model.gguf`);
    const { stdout, stderr, code } = await runBeside([url]);
    const host = new URL(url).host;
    expect(stderr).toBe(`gguf-explain: ${url}: ${host} cannot be reached (ECONNREFUSED) (host-unreachable)\n`);
    expect([stdout, code]).toEqual(['', 2]);
  });

  it('has an invalid address', async () => {
    const { stderr, code } = await runBeside(['http://user:pass/word@[half/model.gguf']);
    expect(stderr).toBe('gguf-explain: http://***@[half/model.gguf: this is not a web address (bad-address)\n');
    expect(code).toBe(2);
  });

  it('goes to a server to which a token cannot be sent', async () => {
    await beside([GOOD], async (server) => {
      const env = { HF_ENDPOINT: server.origin, HF_TOKEN: 'sec\u{1f511}ret' };
      const { stderr, code } = await runBeside(['hf:owner/repo/model.gguf'], env);
      expect(stderr).toContain('has a character that HTTP does not allow (bad-header-value)');
      expect(stderr).not.toContain('ret\n');
      expect([server.seen.length, code]).toEqual([0, 2]);
    });
  });
});
