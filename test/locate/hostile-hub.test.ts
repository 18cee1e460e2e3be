/**
 * Hostile answers of a hub: lists that are long, deep, endless or full of odd names. Each is read in linear time or refused in a sentence.
 */

import { describe, expect, it } from 'vitest';
import { listModels } from '../../src/locate/hugging-face/listing.js';
import { type Answer, serve } from '../support/loopback.js';
import { runBeside } from '../support/loopback-run.js';

const REFERENCE = { hub: 'hf', repository: 'owner/repo', revision: 'main' } as const;
const entry = (path: string, size: unknown = 1) => ({ type: 'file', oid: 'a', size, path });

async function answered(answer: Answer | string, args: readonly string[] = ['hf:owner/repo']) {
  const hub = await serve(typeof answer === 'string' ? (_request, response) => response.end(answer) : answer);
  try {
    return { ...(await runBeside(args, { HF_ENDPOINT: hub.origin })), asked: hub.seen.length };
  } finally {
    await hub.close();
  }
}

/** A server of pages, each with the number of the next one; `next` returns nothing for the last. */
const pages =
  (entries: (page: number) => unknown[], next: (page: number) => number | undefined): Answer =>
  (request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://hub').searchParams.get('cursor') ?? 0);
    const after = next(page);
    const link = `<http://${request.headers.host}/api/models/owner/repo/tree/main?cursor=${after}>; rel="next"`;
    response.writeHead(200, after === undefined ? {} : { link: `<http://x/first>; rel="first", ${link}` });
    response.end(JSON.stringify(entries(page)));
  };

const refused = (words: string) => ({
  code: 2,
  stdout: '',
  stderr: expect.stringMatching(
    new RegExp(`^gguf-explain: hf:owner/repo: .*${words}.* \\(unexpected-answer\\)\n  hint: `),
  ),
});

describe.concurrent('a list', () => {
  it('of 200,000 files is refused in a sentence', async () => {
    const names = Array.from({ length: 200_000 }, (_, i) => ({ type: 'file', size: 1, path: `m${i}.gguf` }));
    expect(await answered(JSON.stringify(names))).toMatchObject(refused('has more than 100000 files'));
  });

  it('of 100,000 shards of one set, or of as many models, is listed', async () => {
    const digits = (number: number) => String(number).padStart(5, '0');
    const shards = Array.from({ length: 99_998 }, (_, i) => entry(`m-${digits(i + 1)}-of-99999.gguf`));
    const outcome = await answered(JSON.stringify([...shards, entry('other.gguf')]), ['hf:owner/repo', '--json']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(outcome.stdout).models).toMatchObject([
      { path: 'm-00001-of-99999.gguf', shards: { present: 99_998, of: 99_999 } },
      { path: 'other.gguf' },
    ]);
  });

  it('nested deep is refused before it is parsed', async () => {
    const deep = `${'['.repeat(4_000_000)}${']'.repeat(4_000_000)}`;
    expect(await answered(deep)).toMatchObject(refused('is nested more than 32 deep'));
    expect(await answered(`[${'{},'.repeat(2_000_000)}{}]`)).toMatchObject(refused('has more than 2000000 values'));
  });

  it('that is longer than any page is refused', async () => {
    const { stderr, code } = await answered(`["${'a'.repeat(17 * 1024 * 1024)}"]`);
    expect(stderr).toContain('longer than 16777216 bytes');
    expect(code).toBe(2);
  });

  it('in pages is read to its last one', async () => {
    const answer = pages(
      (page) => [entry(`m${page}.gguf`), entry('m0.gguf')],
      (page) => (page < 2 ? page + 1 : undefined),
    );
    const { stdout } = await answered(answer, ['hf:owner/repo', '--json']);
    expect(JSON.parse(stdout).models.map(({ path }: { path: string }) => path)).toEqual([
      'm0.gguf',
      'm1.gguf',
      'm2.gguf',
    ]);
  });

  it('in pages that lead back to an earlier one is refused', async () => {
    const outcome = await answered(
      pages(
        (page) => [entry(`m${page}.gguf`)],
        (page) => (page % 2) + 1,
      ),
    );
    expect(outcome).toMatchObject({ ...refused('links back to an earlier page'), asked: 3 });
  });

  it('in pages without end is refused', async () => {
    const outcome = await answered(
      pages(
        () => [],
        (page) => page + 1,
      ),
    );
    expect(outcome).toMatchObject({ ...refused('has more than 200 pages'), asked: 200 });
  });

  it('with names that are not paths of a repository leaves them out', async () => {
    const odd = [
      '../up.gguf',
      '/root.gguf',
      'a/../b.gguf',
      'nul\0.gguf',
      'esc\u001b[31m.gguf',
      'a\nb.gguf',
      'back\\.gguf',
    ];
    const entries = [...odd, 'a'.repeat(5000), 'good.gguf', 'good.gguf'].map((path) => entry(path));
    const others = [
      null,
      7,
      [],
      entry('negative.gguf', -1),
      entry('text.gguf', '1'),
      { type: 'file', path: {}, size: 1 },
    ];
    const { stdout } = await answered(JSON.stringify([...entries, entry('other.gguf'), ...others]), [
      'hf:owner/repo',
      '--json',
    ]);
    expect(JSON.parse(stdout).models.map(({ path }: { path: string }) => path)).toEqual(['good.gguf', 'other.gguf']);
  });
});

describe('the models of a list', () => {
  it('are found in time that grows with the list', () => {
    const files = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ path: `m${i}-Q${i}_K.gguf`, bytes: i })).concat(
        Array.from({ length: count }, (_, i) => ({
          path: `s-${String(i + 1).padStart(5, '0')}-of-99999.gguf`,
          bytes: 1,
        })),
      );
    // Searching the list for each of its files would take minutes.
    const models = listModels(files(50_000), REFERENCE);
    expect(models).toHaveLength(50_001);
    expect(models.find(({ shards }) => shards !== null)?.shards).toEqual({ present: 50_000, of: 99_999 });
  });

  it('have shards by the same rules as files on this disk', () => {
    const files = ['a-00001-of-00002.GGUF', 'a-00002-of-00002.gguf', 'a-00003-of-00002.gguf', 'b-00001-of-00001.gguf'];
    const models = listModels(
      files.map((path) => ({ path, bytes: 1 })),
      REFERENCE,
    );
    expect(models.map(({ path, shards }) => [path, shards])).toEqual([
      ['a-00001-of-00002.GGUF', { present: 2, of: 2 }],
      ['a-00003-of-00002.gguf', null],
      ['b-00001-of-00001.gguf', null],
    ]);
  });
});
