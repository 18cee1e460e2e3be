/** Proxies that the environment names: which requests go through them, which headers they receive, and how they refuse. */

import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { proxyFor } from '../../src/io/http/proxy.js';
import { type Answer, beside, fileAnswer, type Loopback, serve, status } from '../support/loopback.js';
import { MODEL, makeCertificate, runBeside } from '../support/loopback-run.js';

const GOOD = fileAnswer(MODEL);
const certificate = makeCertificate();
afterAll(() => certificate?.remove());

describe('the proxy for an address', () => {
  it.each([
    ['http://host/', {}, undefined],
    ['http://host/', { http_proxy: 'http://proxy:3128' }, 'http://proxy:3128/'],
    ['http://host/', { http_proxy: 'proxy:3128' }, 'http://proxy:3128/'],
    ['http://host/', { HTTP_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    ['http://host/', { http_proxy: 'http://small', HTTP_PROXY: 'http://large' }, 'http://small/'],
    ['http://host/', { https_proxy: 'http://proxy' }, undefined],
    ['https://host/', { https_proxy: 'https://proxy' }, 'https://proxy/'],
    ['https://host/', { ALL_PROXY: 'http://proxy' }, 'http://proxy/'],
    ['http://host/', { all_proxy: 'http://proxy', no_proxy: '*' }, undefined],
    ['http://host/', { all_proxy: 'http://proxy', no_proxy: 'other, HOST' }, undefined],
    ['http://a.host.org/', { all_proxy: 'http://proxy', no_proxy: 'host.org' }, undefined],
    ['http://a.host.org/', { all_proxy: 'http://proxy', no_proxy: '.host.org' }, undefined],
    ['http://ahost.org/', { all_proxy: 'http://proxy', no_proxy: 'host.org' }, 'http://proxy/'],
    ['http://host:81/', { all_proxy: 'http://proxy', no_proxy: 'host:80' }, 'http://proxy/'],
    ['https://host/', { all_proxy: 'http://proxy', no_proxy: 'host:443' }, undefined],
    ['http://[::1]:81/', { all_proxy: 'http://proxy', NO_PROXY: '::1' }, undefined],
    ['http://[::1]:81/', { all_proxy: 'http://proxy', NO_PROXY: '[::1]:81' }, undefined],
  ])('%s with %j is %s', (url, env, wanted) => {
    expect(proxyFor(new URL(url), env)?.href).toBe(wanted);
  });

  it.each([
    ['socks5://proxy:1080', 'the proxy that the environment names is of the kind socks5'],
    ['http://[', 'the proxy that the environment names is not an address'],
  ])('cannot be %s', (all_proxy, message) => {
    expect(() => proxyFor(new URL('http://host/'), { all_proxy })).toThrow(message);
  });
});

describe.concurrent('a proxy for http', () => {
  it('receives the whole address and its own credentials; the server is not contacted', async () => {
    await beside([GOOD, GOOD], async (proxy, server) => {
      const env = { http_proxy: `http://us%20er:word@127.0.0.1:${proxy.port}` };
      const { stderr, code } = await runBeside([`http://ann:s3cret@127.0.0.1:${server.port}/m.gguf`], env);
      expect([stderr, code, server.seen.length]).toEqual(['', 0, 0]);
      const [{ url, headers } = { url: '', headers: {} }] = proxy.seen;
      expect(url).toBe(`${server.origin}/m.gguf`);
      expect(headers).toMatchObject({
        host: `127.0.0.1:${server.port}`,
        authorization: `Basic ${Buffer.from('ann:s3cret').toString('base64')}`,
        'proxy-authorization': `Basic ${Buffer.from('us er:word').toString('base64')}`,
      });
    });
  });

  it('is not used for hosts in no_proxy', async () => {
    await beside([GOOD, GOOD], async (proxy, server) => {
      const env = { http_proxy: proxy.origin, no_proxy: '127.0.0.1' };
      expect((await runBeside([`${server.origin}/m.gguf`], env)).code).toBe(0);
      expect([proxy.seen.length, server.seen.length]).toEqual([0, 1]);
    });
  });

  it('may require credentials', async () => {
    await beside([status(407)], async (proxy) => {
      const { stderr, code } = await runBeside(['http://host.invalid/m.gguf'], { http_proxy: proxy.origin });
      expect(stderr).toContain('the proxy requires a login (HTTP 407) (proxy-failed)');
      expect(code).toBe(2);
    });
  });

  it('may be absent', async () => {
    const port = await beside([GOOD], async (proxy) => proxy.port);
    const env = { http_proxy: `http://user:word@127.0.0.1:${port}` };
    const { stderr, code } = await runBeside(['http://host.invalid/m.gguf'], env);
    expect(stderr).toContain(`the proxy 127.0.0.1:${port} cannot be reached (ECONNREFUSED) (host-unreachable)`);
    expect(code).toBe(2);
  });
});

describe.concurrent('a proxy for https', () => {
  it('may refuse the tunnel, or answer instead of the server', async () => {
    const env = (proxy: Loopback) => ({ https_proxy: proxy.origin });
    await beside([GOOD], async (proxy) => {
      proxy.server.on('connect', (_request, socket: Duplex) => socket.end('HTTP/1.1 407 Who?\r\n\r\n'));
      const { stderr, code } = await runBeside(['https://host.invalid/m.gguf'], env(proxy));
      expect(stderr).toContain('the proxy does not let the request through (HTTP 407) (proxy-failed)');
      expect(stderr).toContain('hint: give user and password');
      expect(code).toBe(2);
    });
    await beside([GOOD], async (proxy) => {
      proxy.server.on('connect', (_request, socket: Duplex) => socket.destroy());
      const settings = { ...env(proxy), GGUF_EXPLAIN_HTTP_RETRIES: '1' };
      const { stderr, code } = await runBeside(['https://host.invalid/m.gguf'], settings);
      expect(stderr).toContain('the connection broke before the server answered');
      expect(code).toBe(2);
    });
  });

  it.skipIf(certificate === undefined)('gives a tunnel whose contents it cannot read (needs openssl)', async () => {
    const server = await serve(GOOD, certificate);
    const proxy = await serve(refuse);
    const asked: string[] = [];
    proxy.server.on('connect', (request, socket: Duplex) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization']} ${request.headers.authorization}`);
      const onward = connect(server.port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Go\r\n\r\n'));
      for (const end of [onward, socket]) end.on('error', () => undefined);
      socket.pipe(onward).pipe(socket);
    });
    try {
      const env = {
        https_proxy: `http://user:word@127.0.0.1:${proxy.port}`,
        NODE_EXTRA_CA_CERTS: certificate?.path ?? '',
      };
      const url = `https://ann:s3cret@localhost:${server.port}/m.gguf`;
      const { stderr, code, milliseconds } = await runBeside([url], env);
      expect([stderr, code, proxy.seen.length]).toEqual(['', 0, 0]);
      const basic = Buffer.from('user:word').toString('base64');
      expect(asked).toEqual([`localhost:${server.port} Basic ${basic} undefined`]);
      expect(server.seen[0]?.headers).not.toHaveProperty('proxy-authorization');
      expect(milliseconds).toBeLessThan(15_000);
    } finally {
      await Promise.all([server.close(), proxy.close()]);
    }
  });
});

const refuse: Answer = status(500);
