/**
 * Impossible claims. Every length, count and dimension of a small file is replaced by a huge one. Reading must end at once with an error,
 * without allocating the claimed memory.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { boundedFindings } from '../../src/gguf/bounded-findings.js';
import { decodeHeader, type GgufFile } from '../../src/gguf/decode.js';
import {
  KEPT_HEAD_BYTES,
  KEPT_TOTAL_BYTES,
  MAX_ENTRIES,
  MAX_NAME_BYTES,
  MAX_SHORT_STRING,
} from '../../src/gguf/limits.js';
import { LOOKALIKE_BYTES } from '../../src/gguf/lookalike.js';
import type { MetadataArray, MetadataValue } from '../../src/gguf/metadata.js';
import { decodeAt, decodeStream } from '../../src/io/decode-loop.js';
import { memorySource } from '../../src/io/memory-source.js';
import type { Steps, Window } from '../../src/io/window.js';
import { SMALL } from '../support/fixtures/valid-format.js';
import { type LengthField, layGguf, list, tensor, text, type Written, writeGguf } from '../support/gguf-writer.js';
import {
  codesOf,
  errorOf,
  formatFindings,
  type Outcome,
  outcome,
  outcomeOf,
  pieces,
  read,
} from '../support/reading.js';

const NESTED = list('nested', 'array', [
  { itemType: 'string', items: ['a', 'b'] },
  { itemType: 'array', items: [{ itemType: 'u8', items: [1] }] },
]);
const DESCRIPTION = { ...SMALL, metadata: [...SMALL.metadata!, NESTED] };

const CLAIMS = [
  { name: '2^31', value: 2n ** 31n },
  { name: '2^32 - 1', value: 2n ** 32n - 1n },
  { name: '2^53 - 1', value: 2n ** 53n - 1n },
  { name: '2^53', value: 2n ** 53n },
  { name: '2^63', value: 2n ** 63n },
  { name: '2^64 - 1', value: 2n ** 64n - 1n },
];

const FILES: { name: string; file: Written }[] = [
  { name: 'version 3', file: layGguf(DESCRIPTION) },
  { name: 'version 3, big-endian', file: layGguf({ ...DESCRIPTION, littleEndian: false }) },
  { name: 'version 1', file: layGguf({ ...DESCRIPTION, version: 1 }) },
];

function claim({ bytes, littleEndian }: Written, field: LengthField, value: bigint): Buffer {
  const changed = Buffer.from(bytes);
  if (field.bytes === 4) {
    if (littleEndian) changed.writeUInt32LE(Number(value), field.offset);
    else changed.writeUInt32BE(Number(value), field.offset);
  } else if (littleEndian) changed.writeBigUInt64LE(value, field.offset);
  else changed.writeBigUInt64BE(value, field.offset);
  return changed;
}

/** The most bytes that the decoder has requested in one piece: its window does not grow beyond that. */
let mostAsked = 0;
beforeEach(() => {
  mostAsked = 0;
});

function* watched(window: Window): Steps<GgufFile> {
  const steps = decodeHeader(window);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    mostAsked = Math.max(mostAsked, step.value);
    yield step.value;
  }
}

const readWatched = (bytes: Buffer) => outcome(() => decodeAt(memorySource(bytes), watched));
const readStreamWatched = (bytes: Buffer) => outcomeOf(decodeStream(pieces(bytes, 1000), watched));

describe.each(FILES)('$name', ({ file }) => {
  const claims = CLAIMS.filter(({ value }) => value < 2n ** 32n || file.lengths[0]!.bytes === 8);
  const cases = file.lengths
    .filter(({ what }) => what !== 'dimension')
    .flatMap((field) =>
      claims.map(({ name, value }) => ({ title: `${field.what} at ${field.offset}: ${name}`, field, value })),
    );

  /** The expected errors by claim: beyond the format, beyond the reader's limits, beyond the range of a JavaScript number. */
  const errorFor = ({ what }: LengthField, value: bigint) => {
    if (value >= 2n ** 53n) return 'number-too-large';
    return what.startsWith('number of') ? 'count-too-large' : 'length-too-large';
  };

  it('refuses every claimed length and count at its position', () => {
    const ends = cases.map(({ title, field, value }) => [title, readWatched(claim(file, field, value))]);
    const wanted = cases.map(({ title, field, value }) => [
      title,
      { code: errorFor(field, value), offset: field.offset },
    ]);
    expect(ends).toEqual(wanted);
    expect(mostAsked).toBe(LOOKALIKE_BYTES);
  });

  it('refuses them in a stream of unknown size too', async () => {
    const ends: [string, Outcome][] = [];
    for (const { title, field, value } of cases) {
      ends.push([title, await readStreamWatched(claim(file, field, value))]);
    }
    const wanted = cases.map(({ title, field, value }) => [
      title,
      { code: errorFor(field, value), offset: field.offset },
    ]);
    expect(ends).toEqual(wanted);
    expect(mostAsked).toBe(LOOKALIKE_BYTES);
  });

  it('never trusts a claimed dimension', () => {
    const dimensions = file.lengths.filter(({ what }) => what === 'dimension');
    for (const field of dimensions) {
      for (const { value } of claims) {
        const end = outcome(() => read(claim(file, field, value)));
        if ('file' in end) expect(codesOf(end.file)).toContain('data-truncated');
        else expect(end.code).toBe('number-too-large');
      }
    }
    expect(dimensions.length).toBeGreaterThan(3);
  });

  it('refuses lengths just beyond the end', () => {
    const lengths = file.lengths.filter(({ what }) => what.startsWith('length of'));
    for (const field of lengths) {
      const left = file.bytes.length - field.offset - field.bytes;
      expect(outcome(() => read(claim(file, field, BigInt(left + 1))))).toMatchObject({ code: 'truncated' });
    }
    expect(lengths.length).toBeGreaterThan(10);
  });
});

describe('the memory for kept values is bounded', () => {
  const MANY = 40;
  const lengthOf = (value: MetadataValue): number => {
    if (typeof value === 'string') return value.length;
    if (typeof value !== 'object') return 0;
    return value.kind === 'array'
      ? value.items.reduce<number>((sum, item) => sum + lengthOf(item), 0)
      : value.head.length;
  };

  it('for many strings together', () => {
    const string = Buffer.alloc(2000, 'x');
    const items = Array.from({ length: 1000 }, () => string);
    const file = read(
      writeGguf({ metadata: Array.from({ length: MANY }, (_, i) => list(`list ${i}`, 'string', items)) }),
    );
    const kept = file.metadata.reduce((sum, { value }) => sum + lengthOf(value), 0);
    expect(kept).toBeGreaterThan(KEPT_TOTAL_BYTES - KEPT_HEAD_BYTES);
    expect(kept).toBeLessThanOrEqual(KEPT_TOTAL_BYTES);
    expect(file.metadata.map(({ value }) => (value as MetadataArray).count)).toEqual(Array(MANY).fill(1000));
  });

  it('for many array items together', () => {
    const items = Array.from({ length: 1024 }, () => 1);
    const file = read(writeGguf({ metadata: Array.from({ length: 400 }, (_, i) => list(`list ${i}`, 'u8', items)) }));
    const kept = file.metadata.reduce((sum, { value }) => sum + (value as MetadataArray).items.length, 0);
    expect(kept).toBe(256 * 1024);
  });

  it('for keys and names together', () => {
    const most = MAX_NAME_BYTES / MAX_SHORT_STRING;
    const metadata = Array.from({ length: most + 1 }, () => text(Buffer.alloc(MAX_SHORT_STRING, 'k'), ''));
    expect(errorOf(() => read(writeGguf({ metadata }))).code).toBe('length-too-large');
    expect(read(writeGguf({ metadata: metadata.slice(0, most) })).metadata.length).toBe(most);
  });

  it('for findings: damaged text is reported once for each entry', () => {
    const items = Array.from({ length: 1000 }, () => Buffer.from([0xff]));
    const file = read(writeGguf({ metadata: [list('first', 'string', items), list('second', 'string', items)] }));
    expect(file.findings.map(({ code, facts }) => `${code}: ${facts.what}`)).toEqual([
      'invalid-utf8: metadata entry 0, "first"',
      'invalid-utf8: metadata entry 1, "second"',
    ]);
  });

  it('for findings: the first thousand of one code are reported, and the number of the others', () => {
    const odd = { ...tensor(Buffer.alloc(70, 0xff), [1, 1, 1, 1, 1], 'Q4_K'), data: 'absent' as const };
    const findings = formatFindings(read(writeGguf({ tensors: Array.from({ length: 3000 }, () => odd) })));
    const counts = new Map<string, [told: number, others: number]>();
    for (const { code, more } of boundedFindings(findings)) {
      const [told, others] = counts.get(code) ?? [0, 0];
      counts.set(code, more === undefined ? [told + 1, others] : [told, others + more]);
    }
    expect(Object.fromEntries(counts)).toEqual({
      'invalid-utf8': [1000, 2000],
      'tensor-name-too-long': [1000, 2000],
      'too-many-dimensions': [1000, 2000],
      'duplicate-tensor': [1000, 1999],
      'row-not-whole-blocks': [1000, 2000],
      'data-absent': [1, 0],
    });
  });

  it('for a stream that never ends: a claimed array is skipped within one window', async () => {
    const { bytes } = layGguf({
      metadata: [{ key: 'array', type: 'array', value: { itemType: 'u8', items: [], claims: { count: 2 ** 24 } } }],
      claims: { metadata: 2 },
    });
    const file = await readStreamWatched(Buffer.concat([bytes, Buffer.alloc(2 ** 24)]));
    expect(file).toMatchObject({ code: 'truncated', offset: bytes.length + 2 ** 24 });
    expect(mostAsked).toBe(LOOKALIKE_BYTES);
  });
});

describe('the accepted maximum', () => {
  it('is MAX_ENTRIES tensors', () => {
    const one = { ...tensor('t', [1], 'I8'), data: 'absent' as const };
    const file = layGguf({ tensors: Array.from({ length: MAX_ENTRIES }, () => one) });
    expect(read(file.bytes).tensors.length).toBe(MAX_ENTRIES);
    const more = claim(file, file.lengths[0]!, BigInt(MAX_ENTRIES + 1));
    expect(outcome(() => read(more))).toEqual({ code: 'count-too-large', offset: file.lengths[0]!.offset });
  });

  it('is 2^44 elements in all tensors together', () => {
    const tensors = [2 ** 43, 2 ** 43 - 1].map((elements, i) => ({
      ...tensor(`t${i}`, [elements], 'I8'),
      data: 'absent' as const,
    }));
    expect(codesOf(read(writeGguf({ tensors })))).toEqual(['data-absent']);
    const one = { ...tensor('more', [2], 'I8'), data: 'absent' as const };
    expect(errorOf(() => read(writeGguf({ tensors: [...tensors, one] }))).code).toBe('number-too-large');
  });

  it('gives exact sizes and positions', () => {
    const type = { ...tensor('t', [1, 2 ** 44 - 1], 'Q8_K'), data: 'absent' as const, claims: { offset: 2 ** 50 } };
    const [found] = read(writeGguf({ tensors: [type] })).tensors;
    expect(found!.bytes).toBe((2 ** 44 - 1) * 292);
    expect(Number.isSafeInteger(found!.fileOffset + found!.bytes!)).toBe(true);
  });
});
