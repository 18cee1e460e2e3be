/** The reader reads what the writer writes: random descriptions, all versions, both byte orders. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GgufFile } from '../../src/gguf/decode.js';
import { KEPT_ARRAY_ITEMS, KEPT_HEAD_ITEMS } from '../../src/gguf/limits.js';
import type { MetadataValue } from '../../src/gguf/metadata.js';
import {
  type Description,
  type Entry,
  type List,
  layGguf,
  type TensorItem,
  type TypeName,
  type Value,
} from '../support/gguf-writer.js';
import { codesOf, read, readStream } from '../support/reading.js';

/** The same files every time. */
const RUNS = { numRuns: 150, seed: 20_260_822 };

const characters = fc.string({ unit: 'binary', maxLength: 12 });
const SCALARS: Record<Exclude<TypeName, 'array'>, fc.Arbitrary<Value>> = {
  u8: fc.integer({ min: 0, max: 255 }),
  i8: fc.integer({ min: -128, max: 127 }),
  u16: fc.integer({ min: 0, max: 65_535 }),
  i16: fc.integer({ min: -32_768, max: 32_767 }),
  u32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  f32: fc.float(),
  bool: fc.boolean(),
  string: characters,
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  f64: fc.double(),
};
const scalarType = fc.constantFrom(...(Object.keys(SCALARS) as Exclude<TypeName, 'array'>[]));

/** Mostly short lists, and sometimes one that is too long to be kept. */
const flatList: fc.Arbitrary<List> = scalarType.chain((itemType) =>
  fc
    .oneof(
      { weight: 9, arbitrary: fc.array(SCALARS[itemType], { maxLength: 8 }) },
      {
        weight: 1,
        arbitrary: SCALARS[itemType].map((item) => Array.from({ length: KEPT_ARRAY_ITEMS + 1 }, () => item)),
      },
    )
    .map((items) => ({ itemType, items })),
);
const nestedList: fc.Arbitrary<List> = fc
  .array(flatList, { maxLength: 3 })
  .map((items) => ({ itemType: 'array', items }));

const value: fc.Arbitrary<Omit<Entry, 'key'>> = fc.oneof(
  { weight: 6, arbitrary: scalarType.chain((type) => SCALARS[type].map((value) => ({ type, value }))) },
  { weight: 2, arbitrary: flatList.map((value) => ({ type: 'array' as const, value })) },
  { weight: 1, arbitrary: nestedList.map((value) => ({ type: 'array' as const, value })) },
);
const metadata = fc
  .uniqueArray(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), value), {
    selector: ([key]) => key,
    maxLength: 8,
  })
  .map((entries): Entry[] => entries.map(([key, rest]) => ({ key, ...rest })));

const tensors = fc.uniqueArray(
  fc.record({
    name: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
    dimensions: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
    type: fc.constantFrom('F32', 'F16', 'BF16', 'I8', 'I64'),
  }),
  { selector: ({ name }) => name, maxLength: 6 },
);

const description: fc.Arbitrary<Description> = fc.record({
  version: fc.constantFrom(1, 2, 3),
  littleEndian: fc.boolean(),
  metadata,
  tensors,
});

/** The parts of a description that reading must return, in the reader's terms. */
function expected(type: TypeName, value: Value): unknown {
  if (type === 'f32') return Math.fround(value as number);
  if (type !== 'array') return value;
  const { itemType, items } = value as List;
  const kept = items.length <= KEPT_ARRAY_ITEMS ? items : items.slice(0, KEPT_HEAD_ITEMS);
  return { itemType, count: items.length, items: kept.map((item) => expected(itemType, item)) };
}

function without(value: MetadataValue): unknown {
  if (typeof value !== 'object' || value.kind !== 'array') return value;
  return { itemType: value.itemType, count: value.count, items: value.items.map(without) };
}

const elements = ({ dimensions }: Pick<TensorItem, 'dimensions'>) =>
  dimensions.reduce<number>((product, dimension) => product * Number(dimension), 1);

describe('a random file', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(description, (written) => {
        const { bytes, headerBytes, dataStart } = layGguf(written);
        const file = read(bytes);
        expect(file).toMatchObject({
          version: written.version,
          littleEndian: written.littleEndian,
          headerBytes,
          dataStart,
        });
        expect(file.metadata.map(({ key, type, value }) => ({ key, type, value: without(value) }))).toEqual(
          (written.metadata as Entry[]).map(({ key, type, value }) => ({ key, type, value: expected(type, value) })),
        );
        expect(file.tensors.map(({ name, dimensions, type }) => ({ name, dimensions, type: type?.name }))).toEqual(
          written.tensors,
        );
        expect(file.tensors.map((tensor) => tensor.elements)).toEqual(written.tensors!.map(elements));
      }),
      RUNS,
    );
  });

  it('has the position of each value and tensor', () => {
    fc.assert(
      fc.property(description, (written) => {
        const { bytes, headerBytes, dataStart } = layGguf(written);
        const file = read(bytes);
        // Entries follow each other without gaps, from the counts to the first tensor; tensor infos follow.
        let offset = written.version === 1 ? 16 : 24;
        for (const entry of file.metadata) {
          expect(entry.offset).toBe(offset);
          offset += entry.byteLength;
        }
        expect(file.tensors[0]?.offset ?? headerBytes).toBe(offset);
        for (const tensor of file.tensors) {
          expect(tensor.fileOffset).toBe(dataStart + tensor.dataOffset);
          expect(tensor.fileOffset % file.alignment).toBe(0);
          expect(tensor.fileOffset + tensor.bytes!).toBeLessThanOrEqual(Math.max(bytes.length, dataStart));
        }
      }),
      RUNS,
    );
  });

  it('has only the findings that its kind always has', () => {
    fc.assert(
      fc.property(description, (written) => {
        const codes = new Set(codesOf(read(layGguf(written).bytes)));
        codes.delete('version-1');
        codes.delete('byte-order-swapped');
        codes.delete('nested-array');
        expect([...codes]).toEqual([]);
      }),
      RUNS,
    );
  });

  it('is the same as a stream in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(description, fc.integer({ min: 1, max: 64 }), async (written, piece) => {
        const { bytes } = layGguf(written);
        expect(await readStream(bytes, piece, bytes.length)).toEqual(read(bytes));
      }),
      RUNS,
    );
  });
});

describe('random damage', () => {
  const sound = layGguf({
    metadata: [
      { key: 'general.architecture', type: 'string', value: 'llama' },
      { key: 'list', type: 'array', value: { itemType: 'string', items: ['a', 'bc', ''] } },
      { key: 'nested', type: 'array', value: { itemType: 'array', items: [{ itemType: 'u16', items: [1, 2] }] } },
      { key: 'number', type: 'u64', value: 7n },
    ],
    tensors: [{ name: 'output_norm.weight', dimensions: [4], type: 'F32' }],
  }).bytes;

  it('ends in a file or in a GgufError, never in anything else', () => {
    const change = fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Buffer.from(sound);
        for (const [at, byte] of changes) bytes[at] = byte;
        expect(endOf(() => read(bytes))).toMatch(/^(read|GgufError)$/);
      }),
      { ...RUNS, numRuns: 3000 },
    );
  });

  it('in pure noise after a sound beginning too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 8, max: 60 }), (noise, kept) => {
        const bytes = Buffer.concat([sound.subarray(0, kept), noise]);
        expect(endOf(() => read(bytes))).toMatch(/^(read|GgufError)$/);
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });
});

function endOf(reading: () => GgufFile): string {
  try {
    reading();
    return 'read';
  } catch (error) {
    return (error as Error).name;
  }
}
