/** Models of ModelScope, from a server that answers like the real one: the requests, the messages, and the bytes read. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { originOf } from '../../src/locate/origin.js';
import { RepositoryReportSchema } from '../../src/report/repository-schema.js';
import { run } from '../cli/run.js';
import { beside, status } from '../support/loopback.js';
import { MODEL, MODEL_PATH, runBeside } from '../support/loopback-run.js';
import { startModelScope, type TestModelScope } from '../support/model-scope.js';
import { FIXTURES_FOLDER } from '../support/places.js';

const SMALL = readFileSync(join(FIXTURES_FOLDER, 'valid', 'llama.gguf'));
const FILES = {
  'README.md': Buffer.from('# A model'),
  'tiny-Q4_K_M.gguf': MODEL,
  'tiny-Q8_0.gguf': SMALL,
  'other/a b+c.gguf': SMALL,
  'mmproj-F16.gguf': SMALL,
};

const explained = (stdout: string) => {
  const { file, ...rest } = JSON.parse(stdout);
  return { ...rest, file: { ...file, name: '' } };
};
const LOCAL = explained(run([MODEL_PATH, '--json']).stdout);

async function withSite(token: string | undefined, work: (site: TestModelScope) => Promise<void>): Promise<void> {
  const site = await startModelScope({ files: FILES, ...(token !== undefined && { token }) });
  try {
    await work(site);
  } finally {
    await site.close();
  }
}

describe.concurrent('a model of ModelScope', () => {
  it.each([
    ['ms:owner/repo:Q4_K_M', 1],
    ['MS://owner/repo:q4_k_m', 1],
    ['ms:owner/repo/tiny-Q4_K_M.gguf', 0],
    ['ms:owner/repo/tiny-Q4_K_M.gguf@master', 0],
    ['SITE/models/owner/repo/file/view/master/tiny-Q4_K_M.gguf?status=2', 0],
    ['SITE/models/owner/repo/resolve/master/tiny-Q4_K_M.gguf', 0],
  ])('%s is the model', async (name, lists) => {
    await withSite(undefined, async ({ site, cdn, env }) => {
      const outcome = await runBeside([name.replace('SITE', site.origin), '--json'], env);
      expect(outcome.stderr).toBe('');
      expect(explained(outcome.stdout)).toEqual(LOCAL);
      expect(site.seen.filter(({ url }) => url.includes('/repo/files?'))).toHaveLength(lists);
      expect([site.seen.length, cdn.seen.length]).toEqual([lists + 1, 1]);
    });
  });

  it('may have any characters in its path', async () => {
    await withSite(undefined, async ({ env }) => {
      const { stdout, stderr } = await runBeside(['ms:owner/repo/other/a b+c.gguf', '--json'], env);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout).file.size).toBe(SMALL.length);
    });
  });

  it('is listed with the others of its repository', async () => {
    await withSite(undefined, async ({ env, site }) => {
      for (const name of ['ms:owner/repo', `${site.origin}/models/owner/repo/summary`]) {
        const report = RepositoryReportSchema.parse(JSON.parse((await runBeside([name, '--json'], env)).stdout));
        expect(report).toMatchObject({ repository: 'owner/repo', revision: 'master', source: 'hub' });
        expect(report.models.map(({ target }) => target)).toEqual([
          'ms:owner/repo:Q4_K_M',
          'ms:owner/repo/other/a b+c.gguf',
          'ms:owner/repo:Q8_0',
          'ms:owner/repo/mmproj-F16.gguf',
        ]);
      }
      const { stdout } = await runBeside(['ms:owner/repo'], env);
      expect(stdout).toContain('gguf-explain ms:owner/repo:Q4_K_M');
    });
  });

  it('gets the token, and the host of the bytes does not', async () => {
    await withSite('ms-s3cret', async ({ site, cdn, env }) => {
      const { stdout, stderr, code } = await runBeside(['ms:owner/repo:Q4_K_M'], {
        ...env,
        MODELSCOPE_API_TOKEN: 'ms-s3cret',
      });
      expect([stderr, code]).toEqual(['', 0]);
      expect(stdout).not.toContain('s3cret');
      expect(site.seen.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill('Bearer ms-s3cret'));
      expect(cdn.seen).toHaveLength(1);
      for (const name of ['authorization', 'cookie']) expect(cdn.seen[0]?.headers).not.toHaveProperty(name);
    });
  });

  it.each([
    ['ms:owner/other:Q4_K_M', 'not-found', /ModelScope has no model owner\/other at master/, /MODELSCOPE_API_TOKEN/],
    ['ms:owner/repo/none.gguf', 'not-found', /no file none\.gguf in owner\/repo/, /gguf-explain ms:owner\/repo lists/],
    ['ms:owner/repo@v9:Q4_K_M', 'not-found', /owner\/repo at v9/, /MODELSCOPE_API_TOKEN/],
    ['ms:owner/repo:Q5_K', 'file-not-found', /no model labeled Q5_K/, /Q4_K_M, Q8_0/],
    ['ms:repo', 'bad-name', /this does not name a model of ModelScope/, /ms:owner\/repo:Q4_K_M/],
  ])('%s is refused in words', async (name, code, message, hint) => {
    await withSite(undefined, async ({ env }) => {
      const { error } = JSON.parse((await runBeside([name, '--json'], env)).stdout);
      expect(error.code).toBe(code);
      expect(error.message).toMatch(message);
      expect(error.hint).toMatch(hint);
    });
  });

  it.each([
    ['a page', '<html>', 'unexpected-answer'],
    ['a list', '[]', 'unexpected-answer'],
    ['no list of files', '{"Code":200,"Data":null}', 'unexpected-answer'],
    ['a refusal that speaks of success', '{"Code":10010101004,"Message":"no"}', 'not-found'],
    [
      'paths that lead elsewhere',
      '{"Code":200,"Data":{"Files":[{"Path":"../x.gguf","Size":1},{"Path":7}]}}',
      'no-models',
    ],
  ])('a server may answer with %s', async (_, body, code) => {
    await beside([status(200, { 'content-type': 'application/json' }, body)], async (site) => {
      const env = { MODELSCOPE_DOMAIN: site?.origin ?? '' };
      expect(JSON.parse((await runBeside(['ms:owner/repo', '--json'], env)).stdout).error.code).toBe(code);
    });
  });
});

describe('the server that is contacted', () => {
  it.each([
    ['ms:owner/repo', {}, 'https://www.modelscope.cn'],
    ['ms:owner/repo', { MODELSCOPE_DOMAIN: 'www.modelscope.ai' }, 'https://www.modelscope.ai'],
    ['ms:owner/repo', { MODELSCOPE_DOMAIN: 'http://localhost:8000/' }, 'http://localhost:8000'],
    ['ollama:llama3.2', {}, 'https://registry.ollama.ai'],
    ['ollama:hf.co/owner/repo:Q4_K_M', {}, 'https://hf.co'],
    ['ollama:..', {}, undefined],
  ])('for %s with %j', (target, env, origin) => {
    expect(originOf(target, env)).toBe(origin);
  });
});
