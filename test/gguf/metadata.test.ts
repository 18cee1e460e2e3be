/** Metadata values: the result for each type, for long values, for text in any script and for damaged text. */

import { describe, expect, it } from 'vitest';
import { decodeHeader, type GgufFile, metadataValue } from '../../src/gguf/decode.js';
import type { LongString, MetadataArray } from '../../src/gguf/metadata.js';
import { decodeAt } from '../../src/io/decode-loop.js';
import { memorySource } from '../../src/io/memory-source.js';
import { FIXTURES } from '../support/fixtures/index.js';
import { type Entry, list, text, u32, writeGguf } from '../support/gguf-writer.js';
import { codesOf, read } from '../support/reading.js';

const fixture = (name: string): GgufFile => read(FIXTURES.find((candidate) => candidate.name === name)!.bytes);
const withEntries = (...metadata: Entry[]): GgufFile => read(writeGguf({ metadata }));
const itemsOf = (file: GgufFile, key: string) => (metadataValue(file, key) as MetadataArray).items;

describe.each(['value-types', 'byte-order-swapped--value-types'])('%s', (name) => {
  const file = fixture(name);

  it.each([
    ['u8.most', 'u8', 255],
    ['i8.least', 'i8', -128],
    ['u16.most', 'u16', 65_535],
    ['i16.least', 'i16', -32_768],
    ['u32.most', 'u32', 4_294_967_295],
    ['i32.least', 'i32', -2_147_483_648],
    ['f32.most', 'f32', 3.4028234663852886e38],
    ['f32.nan', 'f32', Number.NaN],
    ['f32.infinity', 'f32', Number.POSITIVE_INFINITY],
    ['f32.negative_zero', 'f32', -0],
    ['bool.true', 'bool', true],
    ['bool.false', 'bool', false],
    ['string.empty', 'string', ''],
    ['u64.most', 'u64', 18_446_744_073_709_551_615n],
    ['u64.beyond_2_53', 'u64', 9_007_199_254_740_993n],
    ['i64.least', 'i64', -9_223_372_036_854_775_808n],
    ['f64.least_positive', 'f64', 5e-324],
    ['f64.infinity', 'f64', Number.NEGATIVE_INFINITY],
  ])('%s', (key, type, value) => {
    const entry = file.metadata.find((candidate) => candidate.key === key)!;
    expect(entry.type).toBe(type);
    expect(entry.value).toBe(value);
  });

  it.each([
    ['array.of_u8', [0, 255]],
    ['array.of_i8', [-128, 127]],
    ['array.of_u16', [0, 65_535]],
    ['array.of_i16', [-32_768, 32_767]],
    ['array.of_u32', [0, 4_294_967_295]],
    ['array.of_i32', [-2_147_483_648, 2_147_483_647]],
    ['array.of_f32', [0.5, Number.NaN, Number.NEGATIVE_INFINITY]],
    ['array.of_bool', [true, false]],
    ['array.of_string', ['', 'one', 'zwei']],
    ['array.of_u64', [0n, 18_446_744_073_709_551_615n]],
    ['array.of_i64', [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n]],
    ['array.of_f64', [Math.PI, Number.NaN]],
    ['array.empty', []],
    ['array.of_string.empty', []],
  ])('%s', (key, items) => {
    expect(itemsOf(file, key)).toEqual(items);
  });
});

describe('a bool', () => {
  it('is true for any byte but 0', () => {
    const file = withEntries(
      { key: 'two', type: 'bool', value: 2 },
      { key: 'all', type: 'bool', value: 255 },
      { key: 'zero', type: 'bool', value: 0 },
    );
    expect(file.metadata.map(({ value }) => value)).toEqual([true, true, false]);
  });
});

describe('a duplicate key', () => {
  it('has its first value', () => {
    expect(metadataValue(fixture('duplicate-key--other-value'), 'general.name')).toBe('x');
    expect(fixture('duplicate-key--alignment').alignment).toBe(64);
  });
});

describe('an unusable alignment', () => {
  it.each(FIXTURES.filter(({ name }) => name.startsWith('alignment-unusable')))('$name: 32 is assumed', ({ bytes }) => {
    expect(read(bytes).alignment).toBe(32);
  });
});

describe('an array', () => {
  const file = fixture('long-arrays');

  it.each([
    ['array.of_1024', 1024, 1024],
    ['array.of_1025', 1025, 8],
    ['array.of_2000_numbers', 2000, 8],
    ['tokenizer.ggml.tokens', 1500, 8],
  ])('%s of %i items keeps %i', (key, count, kept) => {
    expect(metadataValue(file, key)).toMatchObject({ count });
    expect(itemsOf(file, key)).toHaveLength(kept);
  });

  it('that is not kept has the position of its items', () => {
    const { bytes } = FIXTURES.find(({ name }) => name === 'long-arrays')!;
    const { offset, byteLength } = metadataValue(file, 'array.of_2000_numbers') as MetadataArray;
    expect(byteLength).toBe(4000);
    expect(bytes.readInt16LE(offset + 2 * 1999)).toBe(1999);
  });

  it('does not hide the entries after it', () => {
    expect(metadataValue(file, 'behind.the.arrays')).toBe('found');
  });

  it('of arrays keeps its form', () => {
    expect(itemsOf(fixture('nested-array--2'), 'llama.nested')).toMatchObject([
      { itemType: 'string', count: 2, items: ['a', 'b'] },
      { itemType: 'u8', count: 0, items: [] },
    ]);
  });
});

describe('a long string', () => {
  const MOST = 256 * 1024;

  it('of 256 KiB is kept whole', () => {
    expect(metadataValue(withEntries(text('key', 'x'.repeat(MOST))), 'key')).toBe('x'.repeat(MOST));
  });

  it('of one byte more is kept as its first kilobyte and its position', () => {
    const whole = `${'x'.repeat(MOST)}y`;
    const bytes = writeGguf({ metadata: [text('key', whole), u32('behind', 7)] });
    const file = read(bytes);
    const value = metadataValue(file, 'key') as LongString;
    expect(value).toMatchObject({ kind: 'long-string', head: 'x'.repeat(1024), byteLength: MOST + 1 });
    expect(bytes.toString('utf8', value.offset, value.offset + value.byteLength)).toBe(whole);
    expect(metadataValue(file, 'behind')).toBe(7);
  });

  it.each([1, 2, 3])('whose head ends after %i bytes of a character shows only whole characters', (bytesOfIt) => {
    const file = withEntries(text('key', 'x'.repeat(1024 - bytesOfIt) + '🦙'.repeat(MOST / 4)));
    expect((metadataValue(file, 'key') as LongString).head).toBe('x'.repeat(1024 - bytesOfIt));
    expect(codesOf(file)).toEqual([]);
  });

  it('in a short array is kept as its head, too', () => {
    const file = withEntries(list('key', 'string', ['short', 'x'.repeat(MOST + 1)]));
    expect(itemsOf(file, 'key')).toMatchObject(['short', { kind: 'long-string', byteLength: MOST + 1 }]);
  });

  it('and a long array are kept whole on request', () => {
    const tokens = Array.from({ length: 5000 }, (_, i) => `t${i}`);
    const bytes = writeGguf({
      metadata: [
        text('template', 'x'.repeat(2 * MOST)),
        list('tokens', 'string', tokens),
        list('others', 'string', tokens),
      ],
    });
    const file = decodeAt(memorySource(bytes), (window) => decodeHeader(window, (key) => key !== 'others'));
    expect(metadataValue(file, 'template')).toBe('x'.repeat(2 * MOST));
    expect(itemsOf(file, 'tokens')).toEqual(tokens);
    expect(itemsOf(file, 'others')).toHaveLength(8);
  });
});

describe('text', () => {
  it('of any script is returned unchanged', () => {
    const file = fixture('unicode');
    expect(metadataValue(file, 'emoji')).toBe('🦙 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽');
    expect(metadataValue(file, 'replacement.character')).toBe('a real \uFFFD is no damage');
    expect(metadataValue(file, 'byte.order.mark')).toBe('\uFEFFkept');
    expect(metadataValue(file, 'schlüssel.ключ.鍵')).toBe('a key in three scripts');
  });

  it('is not sanitized by the reader: that is the task of the output', () => {
    const file = fixture('hostile-text');
    expect(metadataValue(file, 'nul')).toBe('before\0after');
    expect(metadataValue(file, 'bidi')).toContain('\u202e');
    expect(metadataValue(file, '__proto__')).toBe('polluted?');
    expect(file.tensors.map(({ name }) => name)).toContain('line\nbreak\0nul');
  });

  it.each([
    ['invalid-utf8--value', 'caf\uFFFD'],
    ['invalid-utf8--cut-character', '\uFFFD'],
    ['invalid-utf8--overlong', '\uFFFD\uFFFD'],
    ['invalid-utf8--surrogate', '\uFFFD\uFFFD\uFFFD'],
  ])('that is damaged has U+FFFD instead: %s', (name, shown) => {
    expect(metadataValue(fixture(name), 'general.name')).toBe(shown);
  });
});
