/** The statistics of numbers equal those of a plain computation, whatever the kernels, and however a tensor is cut. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_FORMATS } from '../../src/formats/block-formats.js';
import { dequantizer } from '../../src/formats/dequantize.js';
import { type TensorType, tensorTypeByName } from '../../src/formats/tensor-types.js';
import { binRange, countBelow, quantileOf } from '../../src/tensor-data/values/magnitude-bins.js';
import { pieceScan } from '../../src/tensor-data/values/piece-scan.js';
import { MOST_BINS, plainKernels, ROOM_BYTES, type ValueKernels } from '../../src/tensor-data/values/plain-kernels.js';
import { loadKernels, simdKernels } from '../../src/tensor-data/values/simd-kernels.js';
import { mergeBins } from '../../src/tensor-data/values/sparse-bins.js';
import { summarize } from '../../src/tensor-data/values/value-summary.js';
import { mergeSums, type ValueSums } from '../../src/tensor-data/values/value-sums.js';
import { PROJECT_FOLDER } from '../cli/run.js';

const KERNELS = join(PROJECT_FOLDER, 'dist', 'cli', 'value-kernels.wasm');
const program = existsSync(KERNELS) ? loadKernels(KERNELS) : undefined;
const plain = pieceScan(plainKernels());
const scans = program === undefined ? [plain] : [plain, pieceScan(simdKernels(program))];
const kernelsOfBoth: [name: string, kernels: ValueKernels][] = [
  ['in TypeScript', plainKernels()],
  ...(program === undefined ? [] : [['in WebAssembly', simdKernels(program)] as [string, ValueKernels]]),
];
const F32 = tensorTypeByName('F32')!;

function sumsOf(scan: typeof plain, type: TensorType, bytes: Uint8Array, rowLength: number): ValueSums {
  const most = Math.floor(ROOM_BYTES / type.blockBytes) * type.blockBytes;
  scan.begin({ type, littleEndian: true, rowLength });
  for (let at = 0; at < bytes.length; at += most) {
    const portion = bytes.subarray(at, at + most);
    scan.room.set(portion);
    scan.add(portion.length);
  }
  return scan.end();
}

const bytesOf = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);

/** The sums computed by definition. */
function byTheBook(values: Float32Array, rowLength: number) {
  const finite = Array.from(values).filter(Number.isFinite);
  const rows = Array.from({ length: values.length / rowLength }, (_, row) =>
    Array.from(values.slice(row * rowLength, (row + 1) * rowLength)),
  );
  const norms = rows.filter((row) => row.every(Number.isFinite)).map((row) => Math.hypot(...row));
  return {
    count: values.length,
    zeros: finite.filter((value) => value === 0).length,
    nans: values.filter(Number.isNaN).length,
    infinities: values.filter((value) => Math.abs(value) === Number.POSITIVE_INFINITY).length,
    min: finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    max: finite.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    sum: finite.reduce((sum, value) => sum + value, 0),
    magnitude: finite.reduce((sum, value) => sum + Math.abs(value), 0),
    squares: finite.reduce((sum, value) => sum + value * value, 0),
    rows: rows.length,
    zeroRows: rows.filter((row) => row.every((value) => value === 0)).length,
    norms,
  };
}

function expectSame(sums: ValueSums, values: Float32Array, rowLength: number): void {
  const book = byTheBook(values, rowLength);
  const { count, zeros, nans, infinities, min, max, rows } = sums;
  expect({ count, zeros, nans, infinities }).toEqual({
    ...{ count: book.count, zeros: book.zeros, nans: book.nans, infinities: book.infinities },
  });
  // An extreme value of zero may have either sign.
  expect([min + 0, max + 0]).toEqual([book.min + 0, book.max + 0]);
  expect(Math.abs(sums.sum - book.sum)).toBeLessThanOrEqual(1e-12 * book.magnitude);
  expect(Math.abs(sums.squares - book.squares)).toBeLessThanOrEqual(1e-12 * book.squares);
  expect(sums.magnitudes.counts.reduce((sum, one) => sum + one, 0)).toBe(count - nans - infinities);
  expect([rows.rows, rows.zero, rows.notFinite]).toEqual([
    ...[book.rows, book.zeroRows, book.rows - book.norms.length],
  ]);
  if (book.norms.length > 0) {
    const [longest, shortest] = [Math.max(...book.norms), Math.min(...book.norms)];
    expect(Math.abs(rows.max - longest)).toBeLessThanOrEqual(1e-12 * longest);
    expect(Math.abs(rows.min - shortest)).toBeLessThanOrEqual(1e-12 * shortest);
  }
}

/** Numbers that depend on a seed: small ones, and sometimes a special value. */
function numbers(count: number, seed: number): Float32Array {
  const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-42, 3e38, -3e38];
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () =>
    next() < 0.002 ? (special[Math.floor(next() * special.length)] as number) : (next() + next() - 1) * 0.1,
  );
}

describe.each(scans.map((scan, i) => ({ scan, kernels: i === 0 ? 'plain' : 'WebAssembly' })))(
  'statistics from $kernels kernels',
  ({ scan }) => {
    it.each([1, 3, 4, 7, 32, 33, 256, 4096, 5000])('match the definition, with rows of %i', (rowLength) => {
      const rows = Math.max(2, Math.floor(20_000 / rowLength));
      const values = numbers(rows * rowLength, rowLength);
      expectSame(sumsOf(scan, F32, new Uint8Array(values.buffer), rowLength), values, rowLength);
    });

    it('match the definition for any numbers, and any cut between rows merges to them', () => {
      const row = fc.array(fc.float(), { minLength: 5, maxLength: 5 });
      fc.assert(
        fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.array(fc.nat(40)), (rows, cuts) => {
          const values = Float32Array.from(rows.flat());
          const whole = sumsOf(scan, F32, bytesOf(rows.flat()), 5);
          expectSame(whole, values, 5);
          const places = [0, ...cuts.filter((cut) => cut < rows.length).sort((a, b) => a - b), rows.length];
          const merged = places
            .slice(1)
            .map((end, i) => sumsOf(scan, F32, bytesOf(rows.slice(places[i], end).flat()), 5))
            .reduce(mergeSums);
          const { sum, squares, ...exact } = merged;
          expect({ ...exact, sum: whole.sum, squares: whole.squares }).toEqual(whole);
          const magnitude = values.reduce((all, value) => all + (Number.isFinite(value) ? Math.abs(value) : 0), 0);
          expect(Math.abs(sum - whole.sum)).toBeLessThanOrEqual(1e-12 * magnitude);
          expect(Math.abs(squares - whole.squares)).toBeLessThanOrEqual(1e-12 * whole.squares);
        }),
        { numRuns: 60 },
      );
    });

    it('are empty where nothing is finite', () => {
      const summary = summarize(sumsOf(scan, F32, bytesOf([Number.NaN, Number.POSITIVE_INFINITY]), 2));
      expect(summary).toMatchObject({
        count: 2,
        nans: 1,
        infinities: 1,
        min: null,
        mean: null,
        rms: null,
        outliers: 0,
      });
      expect(summary.rows).toEqual({ count: 1, zero: 0, notFinite: 1, shortest: null, median: null, longest: null });
    });

    it('handle a tensor of one number, and one of zeros', () => {
      const same = summarize(sumsOf(scan, F32, bytesOf(new Array(12).fill(0.1)), 3));
      expect(same).toMatchObject({ constant: true, standardDeviation: 0, zeros: 0, outliers: 0 });
      const zeros = summarize(sumsOf(scan, F32, bytesOf([0, -0, 0, 0]), 2));
      expect(zeros).toMatchObject({ constant: true, zeros: 4, rms: 0, rows: { count: 2, zero: 2 } });
    });

    it('count outliers', () => {
      const values = Array.from(numbers(10_000, 5), (value) => (Math.abs(value) < 1 ? value : 0));
      values[17] = 5;
      values[4711] = -5;
      expect(summarize(sumsOf(scan, F32, bytesOf(values), 100)).outliers).toBe(2);
    });

    it('count blocks without a scale', () => {
      const bytes = new Uint8Array(3 * 34);
      bytes.set([0x00, 0x3c, 1]);
      bytes.set([0x00, 0x7e], 34);
      const { scales, blocks, nans } = sumsOf(scan, tensorTypeByName('Q8_0')!, bytes, 96);
      expect({ scales, blocks, nans }).toEqual({ scales: { zero: 1, nan: 1, infinite: 0 }, blocks: 3, nans: 32 });
    });
  },
);

describe.skipIf(program === undefined)('the WebAssembly kernels (needs dist/)', () => {
  it.each(Object.keys(BLOCK_FORMATS))('give the same results as the plain ones, for any bytes: %s', (name) => {
    const type = tensorTypeByName(name)!;
    const blocks = Math.ceil(9000 / type.blockElements);
    const bytes = new Uint8Array(numbers(Math.ceil((blocks * type.blockBytes) / 4), 3).buffer).slice(
      0,
      blocks * type.blockBytes,
    );
    const [a, b] = scans.map((scan) => sumsOf(scan, type, bytes, blocks * type.blockElements));
    // Sums are added up in another order, and a mean of squares is one.
    const { sum, squares, rows, faults, ...exact } = b!;
    expect({ ...exact, sum: a!.sum, squares: a!.squares, rows: a!.rows, faults: a!.faults }).toEqual(a);
    const [found, wanted] = [faults, a!.faults].map(({ largest }) => largest?.meanSquare ?? 0) as [number, number];
    const largest = faults.largest && { ...faults.largest, meanSquare: wanted };
    expect({ ...faults, largest }).toEqual(a!.faults);
    expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-12 * wanted);
    expect([rows.rows, rows.notFinite]).toEqual([a!.rows.rows, a!.rows.notFinite]);
    const scale = Math.sqrt(a!.squares * a!.count);
    expect(Math.abs(sum - a!.sum)).toBeLessThanOrEqual(1e-12 * scale);
    expect(Math.abs(squares - a!.squares)).toBeLessThanOrEqual(1e-12 * a!.squares);
  });

  it.each(['F32', 'F16', 'BF16'])('give the same bits for all values of 16 bits: %s', (name) => {
    const type = tensorTypeByName(name)!;
    const words = Uint16Array.from({ length: 65_536 }, (_, i) => Math.imul(i, 40_503));
    const bytes = new Uint8Array(words.buffer);
    const expected = new Float32Array(bytes.length / type.blockBytes);
    dequantizer(type, true)!(bytes, 0, expected.length, expected, 0);
    const kernels = simdKernels(program!);
    const dequantize = kernels.dequantizer(type, true)!;
    kernels.room.set(bytes);
    for (let at = 0; at < expected.length; at += 4096) {
      dequantize(at * type.blockBytes, 4096);
      const bits = new Uint32Array(kernels.values.buffer, kernels.values.byteOffset, 4096);
      expect(bits).toEqual(new Uint32Array(expected.buffer, 4 * at, 4096));
    }
  });
});

describe('histograms', () => {
  it('have bins that follow each other without a gap', () => {
    for (let bin = 0; bin < 2039; bin++) {
      expect(binRange(bin).to).toBe(binRange(bin + 1).from);
      expect(binRange(bin + 2048)).toEqual({ from: -binRange(bin).to, to: bin === 0 ? 0 : -binRange(bin).from });
    }
  });

  it('merge by adding', () => {
    const a = { bins: Uint16Array.of(1, 5), counts: Float64Array.of(2, 3) };
    const b = { bins: Uint16Array.of(0, 5, 9), counts: Float64Array.of(1, 1, 1) };
    expect(mergeBins(a, b)).toEqual({ bins: Uint16Array.of(0, 1, 5, 9), counts: Float64Array.of(1, 2, 4, 1) });
  });

  it('tell shares to the width of a bin', () => {
    const values = Float32Array.from({ length: 2001 }, (_, i) => (i - 1000) / 1000);
    const { magnitudes } = sumsOf(plain, F32, new Uint8Array(values.buffer), 2001);
    expect(Math.abs(quantileOf(magnitudes, 0.75)! - 0.5)).toBeLessThan(0.5 / 8);
    expect(Math.abs(countBelow(magnitudes, -0.25) - 750)).toBeLessThan(2001 / 64);
  });

  it.each(kernelsOfBoth)('of a second pass are exact, %s', (_, kernels) => {
    const counts = new Float64Array(4);
    const range = { min: -1, max: 1, bins: 4 };
    const count = (...numbers: number[]) => {
      kernels.values.set(numbers);
      kernels.count(numbers.length, range, counts);
    };
    count(-1, -0.5, -0.25, 0, 0.5, 1, Number.NaN);
    count(0.25, 9, Number.NEGATIVE_INFINITY);
    expect(Array.from(counts)).toEqual([1, 2, 2, 2]);
    const same = new Float64Array(4);
    kernels.values.fill(3, 0, 5);
    kernels.count(5, { min: 3, max: 3, bins: 4 }, same);
    expect(Array.from(same)).toEqual([5, 0, 0, 0]);
  });

  it.skipIf(program === undefined)('are the same in WebAssembly, whatever the numbers (needs dist/)', () => {
    const [plainOnes, quickOnes] = kernelsOfBoth.map(([, kernels]) => kernels) as [ValueKernels, ValueKernels];
    const numbers = fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: MOST_BINS }), (list, bins) => {
        const finite = list.map(Math.fround).filter(Number.isFinite);
        const range = { min: Math.min(...finite, 0), max: Math.max(...finite, 0), bins };
        const counted = [plainOnes, quickOnes].map((kernels) => {
          const counts = new Float64Array(bins);
          kernels.values.set(list);
          kernels.count(list.length, range, counts);
          return counts;
        });
        expect(counted[1]).toEqual(counted[0]);
      }),
    );
  });
});
