/** Which changes count as a difference between two files, and which do not. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type DiffReport, DiffReportSchema } from '../../src/report/diff-schema.js';
import { type Description, type Entry, list, type TensorItem, tensor, text, u32 } from '../support/gguf-writer.js';
import { HEADERS } from '../support/reference.js';
import { compared } from './compared.js';
import { READABLE } from './reports.js';

const LLAMA = text('general.architecture', 'llama');
const metadata = (...entries: Entry[]): Description => ({ metadata: [LLAMA, ...entries] });
const tensors = (...items: TensorItem[]): Description => ({ metadata: [LLAMA], tensors: items });
const filled = (item: TensorItem, value: number, bytes: number): TensorItem => ({
  ...item,
  data: new Uint8Array(bytes).fill(value),
});

const value = (type: Entry['type'], of: Entry['value'], key = 'x'): Entry => ({ key, type, value: of });

describe('a file and itself', () => {
  it.each(READABLE)('are equal: %s', async (path) => {
    const bytes = readFileSync(path);
    const report = await compared(bytes, bytes, { data: true });
    expect(report).toMatchObject({ equal: true, sameBytes: 'header', metadata: [], tensors: [], container: [] });
    expect(report.data?.changed).toBe(0);
  });
});

describe('scalar values', () => {
  it.each([
    { what: 'NaN is NaN', a: value('f32', Number.NaN), b: value('f32', Number.NaN) },
    { what: 'the largest u64', a: value('u64', 2n ** 64n - 1n), b: value('u64', 2n ** 64n - 1n) },
  ])('are the same: $what', async ({ a, b }) => {
    expect((await compared(metadata(a), metadata(b))).equal).toBe(true);
  });

  it.each([
    { a: value('f32', 0), b: value('f32', -0), before: 0, after: '-0' },
    { a: value('f64', 1), b: value('f64', Number.NaN), before: 1, after: 'NaN' },
    {
      a: value('u64', 2n ** 53n),
      b: value('u64', 2n ** 53n + 1n),
      before: '9007199254740992',
      after: '9007199254740993',
    },
    { a: value('bool', false), b: value('bool', true), before: false, after: true },
    { a: value('string', 'a'), b: value('string', 'a '), before: 'a', after: 'a ' },
  ])('differ: $before and $after', async ({ a, b, before, after }) => {
    const report = await compared(metadata(a), metadata(b));
    expect(report.metadata).toMatchObject([
      { change: 'changed', key: 'x', before: { value: before }, after: { value: after } },
    ]);
  });

  it.each([
    { a: value('u32', 15), b: value('i32', 15), sameValue: true },
    { a: value('u32', 15), b: value('u64', 15n), sameValue: true },
    { a: value('u32', 1), b: value('bool', true), sameValue: false },
    { a: value('u32', 15), b: value('string', '15'), sameValue: false },
    { a: value('f64', Number.NaN), b: value('f32', Number.NaN), sameValue: true },
    { a: list('x', 'i32', [1, 2]), b: list('x', 'u32', [1, 2]), sameValue: true },
    { a: list('x', 'i32', [1, 2]), b: list('x', 'u32', [1, 3]), sameValue: false },
    { a: list('x', 'i32', [1]), b: value('i32', 1), sameValue: false },
  ])('of two types differ, whatever they are: $a.type and $b.type', async ({ a, b, sameValue }) => {
    const report = await compared(metadata(a), metadata(b));
    expect(report.metadata).toMatchObject([{ change: 'retyped', key: 'x', sameValue }]);
    expect(report.equal).toBe(false);
  });
});

describe('keys', () => {
  it('are added and removed; where a key is repeated, the first counts', async () => {
    const report = await compared(metadata(u32('a', 1), u32('b', 1), u32('b', 2)), metadata(u32('b', 1), u32('c', 1)));
    expect(report.metadata.map(({ change, key }) => [change, key])).toEqual([
      ['removed', 'a'],
      ['added', 'c'],
    ]);
    expect(report.summary.keys).toEqual({ added: 1, removed: 1, changed: 0, retyped: 0 });
  });

  it('may be in any order', async () => {
    expect((await compared(metadata(u32('a', 1), u32('b', 2)), metadata(u32('b', 2), u32('a', 1)))).equal).toBe(true);
  });

  it('can be left out', async () => {
    const ignored = (key: string) => key === 'a';
    expect((await compared(metadata(u32('a', 1)), metadata(u32('a', 2)), { ignored })).equal).toBe(true);
  });

  it('that are not UTF-8 are compared by their bytes', async () => {
    const broken = (byte: number) => metadata(u32(Uint8Array.of(97, byte), 1));
    const report = await compared(broken(0xff), broken(0xfe));
    expect(report.metadata.map(({ change }) => change)).toEqual(['removed', 'added']);
  });

  it('of hostile names are only names', async () => {
    const report = await compared(metadata(text('__proto__', 'a')), metadata(text('constructor', 'a')));
    expect(report.metadata.map(({ key }) => key)).toEqual(['__proto__', 'constructor']);
  });
});

describe('arrays', () => {
  const words = (count: number) => Array.from({ length: count }, (_, i) => `word ${i}`);
  const changedAt = (items: string[], ...places: number[]) => items.map((item, i) => (places.includes(i) ? '!' : item));

  it.each([10, 3000, 20_000])('of %i strings are compared to the last one', async (count) => {
    const last = count - 1;
    const before = metadata(list('x', 'string', words(count)));
    const after = metadata(list('x', 'string', changedAt(words(count), 1, last)));
    expect((await compared(before, before)).equal).toBe(true);
    expect((await compared(before, after)).metadata[0]?.items).toEqual({
      differing: 2,
      first: [
        { index: 1, before: 'word 1', after: '!' },
        { index: last, before: `word ${last}`, after: '!' },
      ],
    });
  });

  it('of two lengths differ in the items that only one has', async () => {
    const report = await compared(metadata(list('x', 'i32', [1, 2])), metadata(list('x', 'i32', [1, 2, 3])));
    expect(report.metadata[0]?.items).toEqual({ differing: 1, first: [{ index: 2, after: 3 }] });
    const long = await compared(
      metadata(list('x', 'string', words(9000))),
      metadata(list('x', 'string', words(20_000))),
    );
    expect(long.metadata[0]?.items).toMatchObject({
      differing: 11_000,
      first: [{ index: 9000, after: 'word 9000' }, {}, {}, {}],
    });
  });

  it('are the same in another byte order, and in another version', async () => {
    const entries = [
      list('x', 'string', words(3000)),
      list(
        'y',
        'f32',
        words(2000).map((_, i) => (i === 7 ? Number.NaN : i)),
      ),
    ];
    const plain = metadata(...entries);
    const swapped = await compared(plain, { ...plain, littleEndian: false });
    expect(swapped).toMatchObject({ metadata: [], equal: false, container: [{ what: 'endianness' }] });
    const old = await compared({ ...plain, version: 1 }, plain);
    expect(old).toMatchObject({ metadata: [], equal: false, container: [{ what: 'version', before: 1, after: 3 }] });
  });

  it.each([2, 3000])('of strings that are not UTF-8 differ by their bytes: %i', async (count) => {
    const items = (byte: number) => [...words(count), Uint8Array.of(97, byte)];
    const [before, after] = [0xff, 0xfe].map((byte) => metadata(list('x', 'string', items(byte)))) as [
      Description,
      Description,
    ];
    expect((await compared(before, after)).metadata[0]?.items).toMatchObject({
      differing: 1,
      first: [{ index: count }],
    });
    expect((await compared(before, { ...before, littleEndian: false })).metadata).toEqual([]);
  });

  it('in arrays are compared too', async () => {
    const nested = (last: number) => metadata(list('x', 'array', [{ itemType: 'i32', items: [1, last] }]));
    expect((await compared(nested(2), nested(2))).equal).toBe(true);
    expect((await compared(nested(2), nested(3))).metadata[0]?.items?.differing).toBe(1);
  });
});

describe('texts', () => {
  const lines = (...words: string[]) => metadata(text('tokenizer.chat_template', words.join('\n')));

  it('of several lines are compared by lines', async () => {
    const report = await compared(lines('a', 'b', 'c'), lines('a', 'x', 'c', 'd'));
    expect(report.metadata[0]?.lines).toEqual({
      before: 3,
      after: 4,
      hunks: [
        {
          before: 1,
          after: 1,
          lines: [' a', '-b', '-c', '\\ No newline at end of file', '+x', '+c', '+d', '\\ No newline at end of file'],
        },
      ],
    });
  });

  it('that have nothing in common are only counted', async () => {
    const many = (word: string) => lines(...Array.from({ length: 3000 }, (_, i) => `${word} ${i}`));
    expect((await compared(many('a'), many('b'))).metadata[0]?.lines).toEqual({
      before: 3000,
      after: 3000,
      hunks: null,
    });
  });

  it.each([300_000, 2_000_000])('of %i bytes are compared to the last one', async (length) => {
    const long = (end: string) => lines('a', 'x'.repeat(length), end);
    expect((await compared(long('b'), long('b'))).equal).toBe(true);
    const [difference] = (await compared(long('b'), long('c'))).metadata;
    expect(difference).toMatchObject({ change: 'changed', before: { complete: false } });
    expect(difference?.lines?.before).toBe(length > 1_048_576 ? null : 3);
  });

  it('that are not UTF-8 differ by their bytes', async () => {
    const broken = (byte: number) => metadata(text('x', Uint8Array.of(97, byte)));
    expect((await compared(broken(0xff), broken(0xff))).equal).toBe(true);
    expect((await compared(broken(0xff), broken(0xfe))).metadata).toMatchObject([{ change: 'changed', key: 'x' }]);
  });
});

describe('tensors', () => {
  const q = (layer: number, type: string) => tensor(`blk.${layer}.attn_q.weight`, [32, 32], type);

  it('are folded over the layers that changed alike', async () => {
    const layers = [0, 1, 2, 3];
    const after = layers.map((layer) => q(layer, layer === 2 ? 'F16' : 'Q8_0'));
    const report = await compared(tensors(...layers.map((layer) => q(layer, 'F32'))), tensors(...after));
    expect(report.tensors).toMatchObject([
      {
        change: 'retyped',
        name: 'blk.{0..1,3}.attn_q.weight',
        count: 3,
        before: { type: 'F32', bytes: 3 * 4096 },
        after: { type: 'Q8_0', bytes: 3 * 1088 },
      },
      { change: 'retyped', name: 'blk.2.attn_q.weight', count: 1 },
    ]);
    expect(report.summary.bytes).toBe(3 * (1088 - 4096) + 2048 - 4096);
  });

  it('are added, removed and change shape', async () => {
    const report = await compared(
      tensors(q(0, 'F32'), tensor('output.weight', [32, 4])),
      tensors(tensor('output.weight', [32, 5], 'F16'), q(1, 'F32')),
    );
    expect(report.tensors.map(({ change, name }) => [change, name])).toEqual([
      ['removed', 'blk.0.attn_q.weight'],
      ['added', 'blk.1.attn_q.weight'],
      ['reshaped', 'output.weight'],
    ]);
  });

  it('may be stored anywhere, but in another order they are not the same list', async () => {
    const [a, b] = [tensor('a.weight', [8]), tensor('b.weight', [16])];
    const moved = await compared(tensors(a), { ...tensors(a), metadata: [LLAMA], tail: new Uint8Array(32) });
    expect(moved.equal).toBe(true);
    const report = await compared(tensors(a, b), tensors(b, a), { data: true });
    expect(report).toMatchObject({
      equal: false,
      reordered: true,
      tensors: [],
      metadata: [],
      data: { compared: 2, changed: 0 },
    });
    expect((await compared(tensors(a, b), tensors(tensor('c', [1]), a, b))).reordered).toBe(false);
  });

  it('of the same name twice: the first counts', async () => {
    const report = await compared(tensors(q(0, 'F32'), q(0, 'F16')), tensors(q(0, 'F32')));
    expect(report.tensors).toEqual([]);
  });
});

describe('the data of tensors', () => {
  const a = tensor('a.weight', [8]);
  const b = tensor('b.weight', [8]);

  it('is compared on request', async () => {
    const [before, after] = [tensors(a, filled(b, 1, 32)), tensors(a, filled(b, 2, 32))];
    expect((await compared(before, after)).equal).toBe(true);
    const report = await compared(before, after, { data: true });
    expect(report).toMatchObject({ equal: false, data: { compared: 2, bytes: 64, changed: 1, absent: 0, unclear: 0 } });
    expect(report.tensors).toMatchObject([{ change: 'content', name: 'b.weight' }]);
    const [digests] = report.tensors[0]?.digests ?? [];
    expect(digests?.before).toMatch(/^[0-9a-f]{64}$/);
    expect(digests?.after).not.toBe(digests?.before);
  });

  it('is compared wherever it is stored', async () => {
    const report = await compared(
      tensors(filled(a, 1, 32), filled(b, 2, 32)),
      tensors(filled(b, 2, 32), filled(a, 1, 32)),
      {
        data: true,
      },
    );
    expect(report.data).toMatchObject({ compared: 2, changed: 0 });
  });

  it('that only one file has is a difference; data that both lack is not compared', async () => {
    const [whole, header] = [tensors(a), tensors({ ...a, data: 'absent' })];
    const report = await compared(whole, header, { data: true });
    expect(report.tensors).toMatchObject([{ change: 'content', digests: [{ after: null }] }]);
    expect((await compared(header, header, { data: true })).data).toMatchObject({ compared: 0, absent: 1, changed: 0 });
  });

  it('of unknown size, or overlapping other data, is not compared', async () => {
    const strange: TensorItem = { ...b, type: 77, data: 32 };
    const inside: TensorItem = { ...b, name: 'c.weight', claims: { offset: 16 } };
    const report = await compared(tensors(a, strange), tensors(a, strange), { data: true });
    expect(report).toMatchObject({ equal: true, data: { compared: 1, unclear: 1 } });
    const overlap = await compared(tensors(a, inside), tensors(a, inside), { data: true });
    expect(overlap.data).toMatchObject({ compared: 1, unclear: 1 });
    const shared: TensorItem = { ...b, claims: { offset: 0 } };
    expect((await compared(tensors(a, shared), tensors(a, shared), { data: true })).data).toMatchObject({
      compared: 2,
    });
  });
});

/** The report with before and after exchanged, and added and removed exchanged. */
function mirrored(report: DiffReport): unknown {
  const changes = { added: 'removed', removed: 'added' } as Record<string, string>;
  const swap = <T extends object>(row: T): T => {
    const { before, after, ...rest } = row as T & { before?: unknown; after?: unknown };
    return {
      ...rest,
      ...(after === undefined ? {} : { before: after }),
      ...(before === undefined ? {} : { after: before }),
    } as unknown as T;
  };
  const summary = ({ added, removed, ...rest }: { added: number; removed: number }) => ({
    ...rest,
    added: removed,
    removed: added,
  });
  return {
    ...swap(report),
    summary: {
      keys: summary(report.summary.keys),
      tensors: summary(report.summary.tensors),
      bytes: 0 - report.summary.bytes,
    },
    container: report.container.map(swap),
    metadata: report.metadata.map(({ items, lines, ...row }) => ({
      ...swap(row),
      change: changes[row.change] ?? row.change,
      ...(items === undefined ? {} : { items: { ...items, first: items.first.map(swap) } }),
      ...(lines === undefined ? {} : { lines: swap(lines) }),
    })),
    tensors: report.tensors.map((row) => ({
      ...swap(row),
      change: changes[row.change] ?? row.change,
      ...(row.digests === undefined ? {} : { digests: row.digests.map(swap) }),
    })),
  };
}

/** The report without the parts that depend on the order of the two files: the order of rows, and how the lines of texts pair up. */
function inOneOrder(report: unknown): unknown {
  const { before, after, metadata, tensors, ...rest } = report as DiffReport;
  const file = ({ file: { name, ...of }, ...side }: DiffReport['before']) => ({ ...side, ...of });
  const rows = metadata.map(({ lines, ...row }) => ({
    ...row,
    lines: lines && { ...lines, hunks: lines.hunks?.length },
  }));
  const sorted = (all: readonly object[]) =>
    all
      .map((row) => [JSON.stringify(Object.entries(row).sort()), row])
      .sort()
      .map(([, row]) => row);
  return { ...rest, before: file(before), after: file(after), metadata: sorted(rows), tensors: sorted(tensors) };
}

describe('any two files', () => {
  const entry = fc.oneof(
    fc
      .record({
        key: fc.constantFrom('a', 'b', 'c'),
        type: fc.constantFrom('u32' as const, 'f32' as const),
        value: fc.constantFrom(0, 1, -0, Number.NaN),
      })
      .map(
        (made): Entry => (made.type === 'u32' ? { ...made, value: Number.isNaN(made.value) ? 2 : made.value } : made),
      ),
    fc
      .record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.constantFrom('', 'x', 'x\ny', '\u{1f600}') })
      .map(({ key, value: of }): Entry => text(key, of)),
    fc
      .record({
        key: fc.constantFrom('a', 'd'),
        items: fc.array(fc.constantFrom('x', 'y', '\uFFFD'), { maxLength: 4 }),
      })
      .map(({ key, items }): Entry => list(key, 'string', items)),
  );
  const item = fc
    .record({
      name: fc.constantFrom(
        'token_embd.weight',
        'blk.0.attn_q.weight',
        'blk.1.attn_q.weight',
        'blk.2.attn_q.weight',
        'x',
      ),
      type: fc.constantFrom('F32', 'Q8_0'),
      rows: fc.integer({ min: 0, max: 2 }),
      fill: fc.integer({ min: 0, max: 1 }),
    })
    .map(({ name, type, rows, fill }): TensorItem => {
      const bytes = rows * (type === 'F32' ? 128 : 34);
      return filled(tensor(name, [32, rows], type), fill, bytes);
    });
  const file: fc.Arbitrary<Description> = fc.record({
    metadata: fc.uniqueArray(entry, { selector: ({ key }) => key }),
    tensors: fc.uniqueArray(item, { selector: ({ name }) => name }),
    littleEndian: fc.boolean(),
  });

  it('differ one way as they do the other way around', async () => {
    await fc.assert(
      fc.asyncProperty(file, file, async (a, b) => {
        const [there, back] = [await compared(a, b, { data: true }), await compared(b, a, { data: true })];
        expect(inOneOrder(mirrored(back))).toEqual(inOneOrder(there));
        expect(DiffReportSchema.parse(JSON.parse(JSON.stringify(there)))).toEqual(there);
      }),
      { numRuns: 150 },
    );
  });

  it('are equal where they are written alike, in any byte order', async () => {
    await fc.assert(
      fc.asyncProperty(file, async (a) => {
        expect((await compared(a, a, { data: true })).equal).toBe(true);
        const swapped = await compared(a, { ...a, littleEndian: !a.littleEndian });
        expect(swapped).toMatchObject({ metadata: [], tensors: [], container: [{ what: 'endianness' }] });
      }),
      { numRuns: 50 },
    );
  });
});

describe('the headers of many architectures', () => {
  it('give reports that the printed JSON Schema allows', async () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(z.toJSONSchema(DiffReportSchema));
    for (const [i, path] of HEADERS.entries()) {
      const other = HEADERS[(i + 1) % HEADERS.length] as string;
      const report = await compared(readFileSync(path), readFileSync(other));
      expect(
        validate(JSON.parse(JSON.stringify(report))),
        `${basename(path)}: ${JSON.stringify(validate.errors)}`,
      ).toBe(true);
      expect(report.equal).toBe(false);
    }
  });
});
