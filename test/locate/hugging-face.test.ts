/**
 * Models of the Hugging Face hub, from a server and a cache that are laid out like the real ones: the requests, the messages, and the bytes
 * read.
 */

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { repository } from '../../src/index.js';
import { RepositoryReportSchema } from '../../src/report/repository-schema.js';
import { run } from '../cli/run.js';
import { COMMIT, startHub, type TestHub, writeCache } from '../support/hub.js';
import { beside, status } from '../support/loopback.js';
import { MODEL, MODEL_PATH, runBeside } from '../support/loopback-run.js';
import { FIXTURES_FOLDER } from '../support/places.js';

const SMALL = readFileSync(join(FIXTURES_FOLDER, 'valid', 'llama.gguf'));
const FILES = {
  '.gitattributes': Buffer.from('*.gguf filter=lfs'),
  'README.md': Buffer.from('# A model'),
  'tiny-Q4_K_M.gguf': MODEL,
  'tiny-UD-Q8_0.gguf': SMALL,
  'other/tiny-F16.gguf': SMALL,
  'mmproj-F16.gguf': SMALL,
};

const explained = (stdout: string) => {
  const { file, ...rest } = JSON.parse(stdout);
  return { ...rest, file: { ...file, name: '' } };
};
const LOCAL = explained(run([MODEL_PATH, '--json']).stdout);

async function withHub(
  options: Partial<Parameters<typeof startHub>[0]>,
  work: (hub: TestHub) => Promise<void>,
): Promise<void> {
  const hub = await startHub({ files: FILES, ...options });
  try {
    await work(hub);
  } finally {
    await hub.close();
  }
}

describe.concurrent('a model of the hub', () => {
  it.each([
    ['hf:owner/repo:Q4_K_M', 1],
    ['hf:owner/repo:q4_k_m', 1],
    ['hf:owner/repo/tiny-Q4_K_M.gguf', 0],
    ['hf:owner/repo/tiny-Q4_K_M.gguf@main', 0],
    ['hf://owner/repo@refs/pr/1:Q4_K_M', 1],
    ['hf:owner/repo/tiny-Q4_K_M.gguf@refs/pr/1', 0],
    ['HUB/owner/repo/blob/main/tiny-Q4_K_M.gguf', 0],
    ['HUB/owner/repo/resolve/main/tiny-Q4_K_M.gguf?download=true', 0],
    ['HUB/owner/repo?show_file_info=tiny-Q4_K_M.gguf', 0],
    ['https://huggingface.co/owner/repo/blob/main/tiny-Q4_K_M.gguf', 0],
    ['https://hf.co/owner/repo:Q4_K_M', 1],
  ])('%s is the model', async (name, lists) => {
    await withHub({ revisions: ['main', 'refs/pr/1'] }, async ({ hub, cdn, env }) => {
      const outcome = await runBeside([name.replace('HUB', hub.origin), '--json'], env);
      expect(outcome.stderr).toBe('');
      expect(explained(outcome.stdout)).toEqual(LOCAL);
      expect(hub.seen.filter(({ url }) => url.startsWith('/api/'))).toHaveLength(lists);
      expect([hub.seen.length, cdn.seen.length]).toEqual([lists + 1, 1]);
    });
  });

  it('is the one in a folder, or the only one', async () => {
    const files = { 'README.md': FILES['README.md'], 'sub/only.gguf': MODEL, 'sub/mmproj-F16.gguf': SMALL };
    await withHub({ files }, async ({ env, hub }) => {
      for (const name of ['hf:owner/repo', 'hf:owner/repo/sub', `${hub.origin}/owner/repo/tree/main/sub`]) {
        expect(explained((await runBeside([name, '--json'], env)).stdout)).toEqual(LOCAL);
      }
    });
  });

  it('gets the token, and the host of the bytes does not', async () => {
    await withHub({ token: 'hf_s3cret' }, async ({ hub, cdn, env }) => {
      const { stdout, stderr, code } = await runBeside(['hf:owner/repo:Q4_K_M'], { ...env, HF_TOKEN: 'hf_s3cret' });
      expect([stderr, code]).toEqual(['', 0]);
      expect(stdout).not.toContain('s3cret');
      expect(hub.seen.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill('Bearer hf_s3cret'));
      expect(cdn.seen).toHaveLength(1);
      expect(cdn.seen[0]?.headers).not.toHaveProperty('authorization');
    });
  });

  it('is hashed with one request for the data', async () => {
    await withHub({}, async ({ hub, cdn, env }) => {
      const name = 'hf:owner/repo/tiny-Q4_K_M.gguf';
      const remote = await runBeside(['hash', name, '--no-layer'], env);
      expect(remote.stdout.replace(name, MODEL_PATH)).toBe(run(['hash', MODEL_PATH, '--no-layer']).stdout);
      expect([hub.seen.length, cdn.seen.length]).toEqual([1, 2]);
    });
  });
});

it('an address of the hub without its scheme is a path, with a hint', () => {
  const { stderr, code } = run(['hf.co/owner/repo:Q4_K_M']);
  const where = 'hf.co/owner/repo:Q4_K_M';
  expect(stderr).toBe(
    `gguf-explain: ${where}: there is no such file or folder (file-not-found)\n  hint: the address is https://${where}\n`,
  );
  expect(code).toBe(2);
});

describe.concurrent('a split model of the hub', () => {
  const shard = (no: number) =>
    readFileSync(join(FIXTURES_FOLDER, 'flawed', `shard-keys-wrong--types-0000${no}-of-00002.gguf`));
  const files = { 'Q8_0/m-00001-of-00002.gguf': shard(1), 'Q8_0/m-00002-of-00002.gguf': shard(2) };

  it.each(['hf:owner/repo', 'hf:owner/repo:Q8_0', 'hf:owner/repo/Q8_0', 'hf:owner/repo/Q8_0/m-00002-of-00002.gguf'])(
    '%s is all of it',
    async (name) => {
      await withHub({ files }, async ({ cdn, env }) => {
        const { stdout, stderr, code } = await runBeside([name, '--json'], env);
        expect([stderr, code]).toEqual(['', 0]);
        expect(JSON.parse(stdout).file.size).toBe(shard(1).length + shard(2).length);
        expect(cdn.seen).toHaveLength(2);
      });
    },
  );
});

describe.concurrent('a repository of several models', () => {
  it('is listed, from all pages, with the fields of the contract', async () => {
    await withHub({ pageSize: 2, token: 'hf_s3cret' }, async ({ hub, env }) => {
      const { stdout, stderr, code } = await runBeside(['hf:owner/repo', '--json'], { ...env, HF_TOKEN: 'hf_s3cret' });
      expect([stderr, code]).toEqual(['', 0]);
      const report = RepositoryReportSchema.parse(JSON.parse(stdout));
      const { schemas } = JSON.parse(run(['schema']).stdout);
      const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schemas.repository);
      expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
      expect(report).toMatchObject({ repository: 'owner/repo', revision: 'main', source: 'hub' });
      expect(report.models.map(({ target, kind, bytes }) => [target, kind, bytes])).toEqual([
        ['hf:owner/repo:Q4_K_M', 'model', MODEL.length],
        ['hf:owner/repo:F16', 'model', SMALL.length],
        ['hf:owner/repo:UD-Q8_0', 'model', SMALL.length],
        ['hf:owner/repo/mmproj-F16.gguf', 'projector', SMALL.length],
      ]);
      expect(hub.seen).toHaveLength(4);
      expect(hub.seen.every(({ headers }) => headers.authorization === 'Bearer hf_s3cret')).toBe(true);
    });
  });

  it('is a function of the library', async () => {
    await withHub({}, async ({ env }) => {
      const { stdout } = await runBeside(['hf:owner/repo', '--json'], env);
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      try {
        expect(await repository('hf:owner/repo')).toEqual(JSON.parse(stdout));
        await expect(repository('hf:owner/repo:Q4_K_M')).rejects.toMatchObject({ code: 'no-repository' });
      } finally {
        vi.unstubAllEnvs();
      }
    });
  });

  it('is a page with what to type next', async () => {
    await withHub({}, async ({ env }) => {
      const { stdout, stderr, code } = await runBeside(['hf:owner/repo'], env);
      expect([stderr, code]).toEqual(['', 0]);
      expect(stdout).toBe(
        [
          ' owner/repo',
          ' revision main · 3 models · 1 other file',
          '',
          ' Q4_K_M    912 KiB  tiny-Q4_K_M.gguf',
          ' F16      25.0 KiB  other/tiny-F16.gguf',
          ' UD-Q8_0  25.0 KiB  tiny-UD-Q8_0.gguf',
          ' F16      25.0 KiB  mmproj-F16.gguf      projector for images or sound',
          '',
          ' NEXT',
          ' gguf-explain hf:owner/repo:Q4_K_M  the page of the first one',
          '',
        ].join('\n'),
      );
    });
  });

  it('is not a model for a command that needs one', async () => {
    await withHub({}, async ({ env }) => {
      const { stderr, code } = await runBeside(['tensors', 'hf:owner/repo'], env);
      expect(stderr).toBe(
        'gguf-explain: hf:owner/repo: the repository holds 3 models (several-models)\n' +
          '  hint: name one of them: hf:owner/repo:Q4_K_M, hf:owner/repo:F16, hf:owner/repo:UD-Q8_0\n',
      );
      expect(code).toBe(2);
    });
  });
});

describe.concurrent('a refusal of the hub', () => {
  interface Refusal {
    what: string;
    name: string;
    code: string;
    sentence: string;
    options?: Partial<Parameters<typeof startHub>[0]>;
    env?: Record<string, string>;
  }
  const REFUSALS: readonly Refusal[] = [
    {
      what: 'no such repository',
      name: 'hf:owner/none/a.gguf',
      code: 'not-found',
      sentence: 'the hub has no model owner/none, or it is private (HTTP 401)',
    },
    {
      what: 'no such repository for whoever asks',
      name: 'hf:owner/none',
      code: 'not-found',
      sentence: 'the hub has no model owner/none, or it is private (HTTP 404)',
      options: { token: 'right' },
      env: { HF_TOKEN: 'right' },
    },
    {
      what: 'no such file',
      name: 'hf:owner/repo/none.gguf',
      code: 'not-found',
      sentence: 'owner/repo has no such file (HTTP 404)',
    },
    {
      what: 'no such revision',
      name: 'hf:owner/repo@v9:Q4_K_M',
      code: 'not-found',
      sentence: 'owner/repo has no revision v9 (HTTP 404)',
    },
    {
      what: 'no such label',
      name: 'hf:owner/repo:Q2_K',
      code: 'file-not-found',
      sentence: 'owner/repo has no model labeled Q2_K (file-not-found)\n  hint: choose from Q4_K_M, F16, UD-Q8_0',
    },
    {
      what: 'a gate, without a token',
      name: 'hf:owner/repo/tiny-Q4_K_M.gguf',
      code: 'forbidden',
      sentence: 'access to owner/repo has to be requested (HTTP 401)',
      options: { token: 'right' },
    },
    {
      what: 'a gate, with another token',
      name: 'hf:owner/repo/tiny-Q4_K_M.gguf',
      code: 'forbidden',
      sentence: 'access to owner/repo has to be requested (HTTP 403)',
      options: { token: 'right' },
      env: { HF_TOKEN: 'wr0ng' },
    },
    {
      what: 'nothing that is a model',
      name: 'hf:owner/repo',
      code: 'no-models',
      sentence: 'owner/repo contains no .gguf file',
      options: { files: { 'README.md': FILES['README.md'] } },
    },
    {
      what: 'a name that is none',
      name: 'hf:owner',
      code: 'bad-name',
      sentence: 'this does not name a model of the Hugging Face hub',
    },
    {
      what: 'an endpoint that is no address: no other hub is asked',
      name: 'hf:owner/repo',
      code: 'bad-address',
      sentence: 'HF_ENDPOINT is not a web address (bad-address)\n  hint: such as https://huggingface.co',
      env: { HF_ENDPOINT: 'hub.example.org', HF_TOKEN: 'wr0ng' },
    },
  ];

  it.each(REFUSALS)('$what', async ({ name, code, sentence, options = {}, env = {} }) => {
    await withHub(options, async (hub) => {
      const outcome = await runBeside([name, '--json'], { ...hub.env, ...env });
      expect(outcome.stderr).toContain(`gguf-explain: ${name}: `);
      expect(outcome.stderr).toContain(sentence);
      expect(outcome.stderr).not.toContain('wr0ng');
      expect(JSON.parse(outcome.stdout).error.code).toBe(code);
      expect(outcome.code).toBe(2);
    });
  });
});

describe.concurrent('a hostile hub', () => {
  it('leads to no file outside of the cache', async () => {
    const { home, remove } = writeCache({ 'other.gguf': SMALL });
    try {
      writeFileSync(join(home, 'outside.gguf'), MODEL);
      const strange = ['../../../../outside.gguf', '/outside.gguf', 'a//outside.gguf', 'a\0.gguf'];
      await withHub({ files: Object.fromEntries(strange.map((path) => [path, MODEL])) }, async ({ env }) => {
        const { stderr, code } = await runBeside(['hf:owner/repo'], { ...env, HF_HOME: home });
        expect(stderr).toBe('gguf-explain: hf:owner/repo: owner/repo contains no .gguf file (no-models)\n');
        expect(code).toBe(2);
      });
    } finally {
      remove();
    }
  });

  it.each(['ftp://host/list', 'file:///etc/passwd', 'http://['])(
    'names %s as its next page, which is an error',
    async (next) => {
      const answer = status(200, { link: `<${next}>; rel="next"` }, '[]');
      await beside([answer], async ({ origin }) => {
        const { stdout, stderr, code } = await runBeside(['hf:owner/repo', '--json'], { HF_ENDPOINT: origin });
        expect(stderr).toContain('is not a web address');
        expect([JSON.parse(stdout).error.code, code]).toEqual(['unexpected-answer', 2]);
      });
    },
  );
});

describe('the cache of the hub on this machine', () => {
  let cache: ReturnType<typeof writeCache>;
  beforeAll(() => {
    cache = writeCache({ 'tiny-Q4_K_M.gguf': MODEL, 'other/tiny-F16.gguf': SMALL });
  });
  afterAll(() => cache.remove());

  it.each([
    'hf:owner/repo:Q4_K_M',
    'hf:owner/repo/tiny-Q4_K_M.gguf',
    `hf:owner/repo/tiny-Q4_K_M.gguf@${COMMIT}`,
    'https://huggingface.co/owner/repo/blob/main/tiny-Q4_K_M.gguf',
  ])('has %s, and no server is contacted', async (name) => {
    await withHub({}, async ({ hub, env }) => {
      const { stdout, stderr } = await runBeside([name, '--json'], { ...env, HF_HOME: cache.home });
      expect(stderr).toBe('');
      expect(explained(stdout)).toEqual(LOCAL);
      expect(hub.seen).toHaveLength(0);
    });
  });

  it('is marked in the list of the hub', async () => {
    await withHub({}, async ({ env }) => {
      const { stdout } = await runBeside(['hf:owner/repo', '--json'], { ...env, HF_HOME: cache.home });
      const { models } = RepositoryReportSchema.parse(JSON.parse(stdout));
      expect(models.filter(({ cached }) => cached).map(({ label }) => label)).toEqual(['Q4_K_M', 'F16']);
    });
  });

  it('is the only source where the hub may not be contacted', async () => {
    await withHub({}, async ({ hub, env }) => {
      const offline = { ...env, HF_HUB_CACHE: join(cache.home, 'hub'), HF_HUB_OFFLINE: '1' };
      const list = await runBeside(['hf:owner/repo', '--json'], offline);
      const report = RepositoryReportSchema.parse(JSON.parse(list.stdout));
      expect([report.source, report.models.length]).toEqual(['cache', 2]);
      const absent = await runBeside(['hf:owner/repo/tiny-UD-Q8_0.gguf'], offline);
      expect(absent.stderr).toContain('not in the cache of this machine, and HF_HUB_OFFLINE forbids asking the hub');
      expect([hub.seen.length, absent.code]).toEqual([0, 2]);
    });
  });

  it('has nothing where a link is broken', async () => {
    const broken = writeCache({ 'tiny-Q4_K_M.gguf': MODEL });
    const blobs = join(broken.home, 'hub', 'models--owner--repo', 'blobs');
    renameSync(blobs, `${blobs}-gone`);
    try {
      await withHub({}, async ({ hub, env }) => {
        const { code } = await runBeside(['hf:owner/repo:Q4_K_M'], { ...env, HF_HOME: broken.home });
        expect([hub.seen.length, code]).toEqual([2, 0]);
      });
    } finally {
      rmSync(broken.home, { recursive: true });
    }
  });

  it('may hold a token', async () => {
    const { home, remove } = writeCache({});
    try {
      await withHub({ token: 'hf_s3cret' }, async ({ hub, cdn, env }) => {
        writeFileSync(join(home, 'token'), 'hf_s3cret\n');
        // An empty variable counts as not set.
        const blank = { ...env, HF_HOME: home, HF_TOKEN: ' ' };
        const { code } = await runBeside(['hf:owner/repo/tiny-Q4_K_M.gguf'], blank);
        expect(code).toBe(0);
        expect(hub.seen[0]?.headers.authorization).toBe('Bearer hf_s3cret');
        expect(cdn.seen[0]?.headers.authorization).toBeUndefined();
      });
    } finally {
      remove();
    }
  });
});

describe.concurrent('a repository in a command for many models', () => {
  const linesOf = (stdout: string) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line): { target: string; verdict: string } => JSON.parse(line));

  it('stands for all of its models, as a folder does, and its list is requested once', async () => {
    await withHub({}, async ({ hub, env }) => {
      const { stdout } = await runBeside(['scan', 'hf:owner/repo', '--no-fail'], env);
      expect(
        linesOf(stdout)
          .map(({ target }) => target)
          .sort(),
      ).toEqual([
        'hf:owner/repo/mmproj-F16.gguf',
        'hf:owner/repo/other/tiny-F16.gguf',
        'hf:owner/repo/tiny-Q4_K_M.gguf',
        'hf:owner/repo/tiny-UD-Q8_0.gguf',
      ]);
      expect(hub.seen.filter(({ url }) => url.startsWith('/api/'))).toHaveLength(1);
      const check = JSON.parse(
        (await runBeside(['check', 'hf:owner/repo/other', 'hf:owner/repo:Q4_K_M', '--json'], env)).stdout,
      );
      expect(check.files.map(({ target }: { target: string }) => target)).toEqual([
        'hf:owner/repo/other',
        'hf:owner/repo:Q4_K_M',
      ]);
    });
  });

  it('that does not exist is a line', async () => {
    await withHub({}, async ({ env }) => {
      const { stdout, code } = await runBeside(['scan', 'hf:owner/none', MODEL_PATH], env);
      expect(code).toBe(2);
      expect(
        linesOf(stdout)
          .map(({ target, verdict }) => [target, verdict])
          .sort(),
      ).toEqual([
        [MODEL_PATH, 'pass'],
        ['hf:owner/none', 'unreadable'],
      ]);
    });
  });
});
