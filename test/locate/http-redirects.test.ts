/** Redirects: how far they are followed, and that headers for one server never reach another. */

import { afterAll, describe, expect, it } from 'vitest';
import { type Answer, beside, fileAnswer, type Loopback, serve, status } from '../support/loopback.js';
import { MODEL, makeCertificate, runBeside } from '../support/loopback-run.js';

const GOOD = fileAnswer(MODEL);
const certificate = makeCertificate();
afterAll(() => certificate?.remove());

/** To a fixed place, or one that depends on the number of requests so far. */
function redirect(to: string | ((before: number) => string), code = 302): Answer {
  return (_request, response, before) => {
    response.writeHead(code, { location: typeof to === 'string' ? to : to(before) }).end();
  };
}

/** The first requests are redirected; those for `/file.gguf` are answered. */
function redirectTo(to: () => string, code = 302): Answer {
  return (request, response, before) =>
    (request.url?.startsWith('/file.gguf') ? GOOD : redirect(to, code))(request, response, before);
}

const withUser = ({ port }: Loopback) => `http://ann:s3cret@127.0.0.1:${port}/model.gguf`;
const BASIC = `Basic ${Buffer.from('ann:s3cret').toString('base64')}`;

describe.concurrent('a redirect that leads nowhere', () => {
  it.each([
    { behaviour: 'in a circle', answer: redirect('/model.gguf'), code: 'redirect-loop', sentence: 'in a circle' },
    {
      behaviour: 'on and on',
      answer: redirect((before) => `/${before}`),
      code: 'too-many-redirects',
      sentence: 'the server redirects more than 20 times',
    },
    { behaviour: 'without a place', answer: status(302), code: 'bad-redirect', sentence: 'without saying where' },
    {
      behaviour: 'to a file of this machine',
      answer: redirect('file:///etc/passwd'),
      code: 'bad-redirect',
      sentence: 'the server redirects to something that is not a web address',
    },
    {
      behaviour: 'to nonsense',
      answer: redirect('http://[/'),
      code: 'bad-redirect',
      sentence: 'the server redirects to something that is not a web address',
    },
  ])('$behaviour', async ({ answer, code, sentence }) => {
    await beside([answer], async (server) => {
      const { stdout, stderr, code: exit } = await runBeside([`${server.origin}/model.gguf`, '--json']);
      expect(stderr).toContain(sentence);
      expect(JSON.parse(stdout).error.code).toBe(code);
      expect(exit).toBe(2);
      expect(server.seen.length).toBeLessThanOrEqual(21);
    });
  });
});

describe.concurrent('a redirect that is followed', () => {
  it.each([301, 302, 303, 307, 308])('with %i', async (code) => {
    await beside([redirectTo(() => '/file.gguf', code)], async (server) => {
      const outcome = await runBeside([withUser(server), '--json']);
      expect(outcome.stderr).toBe('');
      expect(server.seen.map(({ url }) => url)).toEqual(['/model.gguf', '/file.gguf']);
      expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([BASIC, BASIC]);
    });
  });

  it('to another port does not carry the password along', async () => {
    await beside([GOOD], async (other) => {
      await beside([redirect(`${other.origin}/file.gguf`)], async (server) => {
        expect((await runBeside([withUser(server)])).code).toBe(0);
        expect(server.seen[0]?.headers.authorization).toBe(BASIC);
        expect(other.seen).toHaveLength(1);
        expect(other.seen[0]?.headers).not.toHaveProperty('authorization');
      });
    });
  });

  it('takes the headers of --header to the same server, and to no other', async () => {
    await beside([GOOD], async (other) => {
      const answer: Answer = (request, response, before) =>
        redirect(request.url === '/' ? '/again' : `${other.named}/file.gguf`)(request, response, before);
      await beside([answer], async (server) => {
        const lines = ['X-Key: s3cret', 'Authorization: Bearer s3cret'].flatMap((line) => ['--header', line]);
        const { stdout, stderr, code } = await runBeside(['check', `${server.origin}/`, ...lines]);
        expect([stderr, code]).toEqual(['', 0]);
        expect(stdout).not.toContain('s3cret');
        const sent = server.seen.map(({ headers }) => [headers['x-key'], headers.authorization]);
        expect(sent).toEqual([0, 1].map(() => ['s3cret', 'Bearer s3cret']));
        expect(other.seen).toHaveLength(1);
        expect(JSON.stringify(other.seen)).not.toContain('s3cret');
      });
    });
    const { stdout, stderr, code } = await runBeside(['http://host.invalid/', '--header', 's3cret']);
    expect(stderr).toContain('--header needs a name, a colon and a value');
    expect(stdout + stderr).not.toContain('s3cret');
    expect(code).toBe(2);
  });

  it('to another name does not carry the password along, nor does the way back', async () => {
    let named = '';
    let origin = '';
    const answer: Answer = (request, response, before) => {
      if (request.url === '/model.gguf') redirect(`${named}/there`)(request, response, before);
      else if (request.url === '/there') redirect(`${origin}/file.gguf`)(request, response, before);
      else GOOD(request, response, before);
    };
    await beside([answer], async (server) => {
      ({ named, origin } = server);
      expect((await runBeside([withUser(server)])).code).toBe(0);
      expect(server.seen.map(({ headers }) => [headers.host, headers.authorization])).toEqual([
        [`127.0.0.1:${server.port}`, BASIC],
        [`localhost:${server.port}`, undefined],
        [`127.0.0.1:${server.port}`, undefined],
      ]);
    });
  });

  it('leads the next request straight to its target', async () => {
    await beside([GOOD], async (other) => {
      await beside([redirect(`${other.origin}/file.gguf`)], async (server) => {
        expect((await runBeside(['hash', `${server.origin}/model.gguf`])).code).toBe(0);
        expect([server.seen.length, other.seen.length]).toEqual([1, 2]);
      });
    });
  });

  it('is followed again where its target expires soon', async () => {
    const once: Answer = (request, response, before) => (before === 1 ? status(403) : GOOD)(request, response, before);
    await beside([once], async (other) => {
      await beside([redirect((before) => `${other.origin}/file.gguf?sig=${before}`)], async (server) => {
        expect((await runBeside(['hash', `${server.origin}/model.gguf`])).code).toBe(0);
        expect(other.seen.map(({ url }) => url)).toEqual([0, 0, 1].map((signature) => `/file.gguf?sig=${signature}`));
      });
    });
  });

  it('is given up where its target always expires', async () => {
    const never: Answer = (request, response, before) => (before === 0 ? GOOD : status(403))(request, response, before);
    await beside([never], async (other) => {
      await beside([redirect(`${other.origin}/file.gguf`)], async (server) => {
        const { stderr, code } = await runBeside(['hash', `${server.origin}/model.gguf`]);
        expect(stderr).toContain('(HTTP 403) (forbidden)');
        expect(code).toBe(2);
        expect([server.seen.length, other.seen.length]).toEqual([2, 3]);
      });
    });
  });
});

describe.skipIf(certificate === undefined)('https (needs openssl)', () => {
  const trusting = { NODE_EXTRA_CA_CERTS: certificate?.path ?? '' };

  /** Runs the program beside a server with a certificate. */
  async function besideSafe(answer: Answer, work: (server: Loopback) => Promise<void>): Promise<void> {
    const server = await serve(answer, certificate);
    try {
      await work(server);
    } finally {
      await server.close();
    }
  }

  it('is read like http', async () => {
    await besideSafe(GOOD, async (server) => {
      const { stderr, code } = await runBeside([`${server.named}/model.gguf`], trusting);
      expect([stderr, code]).toEqual(['', 0]);
    });
  });

  it('requires a trusted certificate', async () => {
    await besideSafe(GOOD, async (server) => {
      const { stderr, code } = await runBeside([`${server.named}/model.gguf`]);
      expect(stderr).toContain(`the certificate of localhost:${server.port} cannot be trusted`);
      expect(stderr).toContain('(certificate-invalid)\n  hint: NODE_EXTRA_CA_CERTS');
      expect([server.seen.length, code]).toEqual([0, 2]);
    });
  });

  it('is not confused with http', async () => {
    await besideSafe(GOOD, async (server) => {
      const { stderr, code } = await runBeside([`http://localhost:${server.port}/model.gguf`]);
      expect(stderr).toMatch(/\((not-http|connection-lost)\)/);
      expect(code).toBe(2);
    });
    await beside([GOOD], async (server) => {
      const { stderr, code } = await runBeside([`https://localhost:${server.port}/model.gguf`]);
      expect(stderr).toContain('(not-http)');
      expect(code).toBe(2);
    });
  });

  it('is not left for http with a password, but may be without one', async () => {
    await beside([GOOD], async (open) => {
      await besideSafe(redirect(`${open.origin}/file.gguf`), async (server) => {
        const secret = await runBeside([`https://ann:s3cret@localhost:${server.port}/model.gguf`], trusting);
        expect(secret.stderr).toContain('which is not followed with a token or with your headers (insecure-redirect)');
        expect([open.seen.length, secret.code]).toEqual([0, 2]);
        const plain = await runBeside([`${server.named}/model.gguf`], trusting);
        expect([open.seen.length, plain.code]).toEqual([1, 0]);
      });
    });
  });
});
