/** `token`: a text as tokens, a token by its id, its row, and its nearest neighbors. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dequantizer } from '../../src/formats/dequantize.js';
import { readGguf } from '../../src/index.js';
import { type TokenReport, TokenReportSchema } from '../../src/report/token-schema.js';
import { list, text, writeGguf } from '../support/gguf-writer.js';
import { fileAnswer, serve } from '../support/loopback.js';
import { runBeside } from '../support/loopback-run.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { VOCABULARIES_FOLDER } from '../support/reference.js';
import { splitModel } from '../support/split-model.js';
import { run } from './run.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const content = readFileSync(TINY);
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-token-'));
afterAll(() => rmSync(folder, { recursive: true }));

function reportOf(args: readonly string[], input?: Uint8Array): TokenReport {
  const { stdout, stderr, code } = run(['token', '--json', ...args], input === undefined ? {} : { input });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return TokenReportSchema.parse(JSON.parse(stdout));
}

const idsOf = (args: readonly string[]) => reportOf(args).tokens.map(({ id }) => id);

describe('token', () => {
  const hello = reportOf([TINY, 'Hello']);

  it('finds the row of a word', () => {
    expect(hello.tokens).toEqual([{ id: 616, piece: ' Hello', stored: '▁Hello', kind: 'normal' }]);
    expect(hello.table).toEqual({ name: 'token_embd.weight', type: 'Q4_K', rows: 697, length: 256, bytesPerRow: 144 });
    expect(hello.rows).toMatchObject([{ id: 616, offset: 165_088 + 616 * 144, bytes: 144 }]);
  });

  it('gives the numbers, the length and the neighbors of a plain computation', async () => {
    const file = await readGguf(TINY);
    const { type, fileOffset, elements } = file.tensors.find(({ name }) => name === 'token_embd.weight')!;
    const table = new Float32Array(elements);
    dequantizer(type!, true)!(content, fileOffset, elements / 256, table, 0);
    const row = (id: number) => table.subarray(id * 256, (id + 1) * 256);
    const product = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
    const length = (id: number) => Math.sqrt(product(row(id), row(id)));
    const cosines = Array.from({ length: 697 }, (_, id) => ({
      id,
      similarity: product(row(616), row(id)) / (length(616) * length(id)),
    }));
    const nearest = cosines
      .filter(({ id, similarity }) => id !== 616 && !Number.isNaN(similarity))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, 8);
    const [found] = hello.rows;
    expect(found?.values).toEqual([...row(616)]);
    expect(found?.length).toBeCloseTo(length(616), 12);
    expect(found?.nearest?.map(({ id }) => id)).toEqual(nearest.map(({ id }) => id));
    for (const [i, { similarity }] of nearest.entries()) {
      expect(found?.nearest?.[i]?.similarity).toBeCloseTo(similarity, 5);
    }
  });

  it('accepts an id, and reads a number as a text on request or where no token has that id', () => {
    expect(reportOf([TINY, '616'])).toEqual({ ...hello, asked: '616', readAs: 'id' });
    expect(reportOf(['616', TINY]).tokens).toEqual(hello.tokens);
    expect(reportOf([TINY, '616', '--text'])).toMatchObject({ readAs: 'text', tokens: [{}, {}, {}, {}] });
    expect(reportOf([TINY, '697'])).toMatchObject({ readAs: 'text' });
    expect(run(['token', TINY, '697', '--id'])).toMatchObject({ stdout: '', code: 2 });
    expect(run(['token', TINY, '697', '--id']).stderr).toContain('ids go from 0 to 696');
  });

  it('has no neighbors where 0 are requested, and no rows with --no-data', () => {
    expect(reportOf([TINY, '616', '--nearest', '0'])).toMatchObject({
      rows: [{ nearest: null }],
      nearestUnread: 'not-wanted',
    });
    expect(reportOf([TINY, '616', '--nearest', '3']).rows[0]?.nearest).toHaveLength(3);
    expect(reportOf([TINY, '616', '--no-data'])).toMatchObject({ rows: [], rowsUnread: 'not-wanted' });
    expect(run(['token', TINY, '616', '--nearest', 'many']).stderr).toContain('(bad-number)');
  });

  it('prints the same from a stream, from a split model and from a server', async () => {
    expect(reportOf(['-', 'Hello'], content)).toMatchObject({ rows: [], rowsUnread: 'stream', tokens: hello.tokens });
    expect(reportOf(['-', 'Hello', '--data'], content).rows).toEqual(hello.rows);
    const shards = await splitModel(content, join(folder, 'split'), 3);
    for (const { fileName, bytes } of shards) writeFileSync(fileName, bytes);
    const [split] = reportOf([shards[1]!.fileName, 'Hello']).rows;
    expect({ ...split, offset: 0, shard: 0 }).toEqual({ ...hello.rows[0], offset: 0, shard: 0 });
    const server = await serve(fileAnswer(content));
    try {
      const { stdout } = await runBeside(['token', `${server.origin}/tiny.gguf`, 'Hello', '--json']);
      expect(JSON.parse(stdout).rows).toEqual(hello.rows);
    } finally {
      await server.close();
    }
  });

  it('reads the rows of a few tokens of a long text', () => {
    const report = reportOf([
      TINY,
      'Lily found a red ball. Tom saw the cat and ran to the big park with Mia in the sun.',
    ]);
    const different = new Set(report.tokens.map(({ id }) => id)).size;
    expect(different).toBeGreaterThan(16);
    expect([report.rows.length, report.rowsLeft]).toEqual([16, different - 16]);
  });

  it('keeps no row whose length does not match any vector', () => {
    const path = join(folder, 'long-rows.gguf');
    const table = { name: 'token_embd.weight', dimensions: [2 ** 20 + 1, 2], type: 'I8' };
    writeFileSync(path, writeGguf({ tensors: [table] }));
    expect(reportOf([path, '1'])).toMatchObject({ rows: [], rowsUnread: 'too-long' });
    expect(run(['token', path, '1']).stdout).toContain('were not read: they are longer than the vectors of any model');
  });

  it('says what a vocabulary cannot do, and still accepts ids', () => {
    const path = join(folder, 'odd.gguf');
    const metadata = [
      text('tokenizer.ggml.model', 'of-tomorrow'),
      list('tokenizer.ggml.tokens', 'string', ['a', 'b\u001b[31m', 'c']),
    ];
    const data = new Uint8Array(Float32Array.of(1, 0, Number.NaN, 1, 0, 0).buffer);
    const table = { name: 'token_embd.weight', dimensions: [2, 3], type: 'F32', data } as const;
    writeFileSync(path, writeGguf({ metadata, tensors: [table] }));
    const refused = run(['token', path, 'ab']);
    expect(refused).toMatchObject({ stdout: '', code: 2 });
    expect(refused.stderr).toContain('(unknown-tokenizer)');
    expect(refused.stderr).toContain('a token id still works');
    expect(reportOf([path, '0'])).toMatchObject({
      tokens: [{ id: 0, piece: 'a' }],
      rows: [{ length: 1, nearest: [] }],
    });
    const hostile = run(['token', path, '1']);
    expect(hostile.stdout).toContain('b\\u{1b}[31m');
    expect(hostile.stdout).not.toContain('\u001b');
    expect(reportOf([path, '1']).rows).toMatchObject([{ values: ['NaN', 1], length: null, nearest: [] }]);
  });
});

describe('token on a file with only a vocabulary', () => {
  it.each(['bert-bge', 'gpt-2', 'llama-spm'])("%s cuts some of llama.cpp's test strings as llama.cpp does", (name) => {
    const path = join(VOCABULARIES_FOLDER, `ggml-vocab-${name}.gguf`);
    const texts = readFileSync(`${path}.inp`, 'utf8').split('\n__ggml_vocab_test__\n');
    const lines = readFileSync(`${path}.out`, 'utf8').split('\n');
    for (const [i, text] of texts.entries()) {
      // Each is a separate process; test/tokens has them all.
      if (i % 6 !== 0) continue;
      expect(idsOf(['--text', path, '--', text]).join(' '), JSON.stringify(text)).toBe(lines[i]?.trim());
    }
    expect(reportOf([path, '5'])).toMatchObject({ table: null, rows: [], readAs: 'id' });
  });
});
