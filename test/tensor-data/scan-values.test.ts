/** The scan of a file: the same for any number of threads, correct on the bundled model, and without errors where data is missing. */

import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dequantizer } from '../../src/formats/dequantize.js';
import { tensorTypeByName } from '../../src/formats/tensor-types.js';
import { readGguf } from '../../src/index.js';
import { scanValues } from '../../src/tensor-data/scan-values.js';
import { type ReadableData, readableTensors, totalBytes } from '../../src/tensor-data/tensor-data.js';
import { valueJobs } from '../../src/tensor-data/value-pieces.js';
import { summarize } from '../../src/tensor-data/values/value-summary.js';
import { PROJECT_FOLDER } from '../cli/run.js';
import { FIXTURES_FOLDER } from '../support/places.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const WORKER = join(PROJECT_FOLDER, 'dist', 'cli', 'worker.cjs');
const BUILT = join(PROJECT_FOLDER, 'dist', 'cli', 'value-kernels.wasm');
const KERNELS = existsSync(BUILT) ? BUILT : undefined;
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-scan-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = await readGguf(TINY);
const { readable: tensors, left } = readableTensors(file);
const bytes = totalBytes(tensors);

/** A matrix of 3,000 rows of 2,048 numbers in a separate file, which takes several jobs. */
const LARGE: ReadableData = {
  ...{ name: 'large', type: tensorTypeByName('F32')!, littleEndian: true, unreadable: undefined },
  ...{ rows: 3000, rowLength: 2048, rowBytes: 8192, bytes: 3000 * 8192 },
  ...{ position: 4, end: undefined, shard: { number: 2, offset: 4 } },
};
const LARGE_PATH = join(folder, 'large.f32');
const paths = [TINY, LARGE_PATH];
const numbers = Float32Array.from({ length: 1 + 3000 * 2048 }, (_, i) => Math.sin(i) * (1 + (i % 7)));
writeFileSync(LARGE_PATH, new Uint8Array(numbers.buffer));

describe('the values of the bundled model', () => {
  it('are those of a plain computation', async () => {
    expect([tensors.length, left.size]).toEqual([file.tensors.length, 0]);
    const { sums, complete, bytes: scanned } = await scanValues(tensors, { paths, kernels: KERNELS });
    expect([complete, scanned]).toEqual([true, bytes]);
    const content = readFileSync(TINY);
    for (const [i, { type, rowLength, position, rows, rowBytes }] of tensors.entries()) {
      const values = new Float32Array(rows * rowLength);
      dequantizer(type, true)!(content, position, (rows * rowBytes) / type.blockBytes, values, 0);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      const summary = summarize(sums[i]!);
      expect(summary.count).toBe(values.length);
      expect(summary.mean).toBeCloseTo(mean, 12);
      expect(summary.standardDeviation).toBeCloseTo(Math.sqrt(variance), 12);
      expect([summary.min, summary.max]).toEqual([
        values.reduce((least, value) => Math.min(least, value)),
        values.reduce((most, value) => Math.max(most, value)),
      ]);
      const far = 6 * Math.sqrt(variance);
      expect(Math.abs(summary.outliers - values.filter((value) => Math.abs(value - mean) > far).length)).toBeLessThan(
        5,
      );
      const norms = Array.from({ length: rows }, (_, row) =>
        Math.hypot(...values.subarray(row * rowLength, (row + 1) * rowLength)),
      ).sort((a, b) => a - b);
      expect(summary.rows.shortest).toBeCloseTo(norms[0]!, 10);
      expect(summary.rows.longest).toBeCloseTo(norms.at(-1)!, 10);
      expect(summary.rows.median! / norms[Math.floor((rows - 1) / 2)]!).toBeCloseTo(1, 2);
    }
  });
});

describe('threads', () => {
  const list = [LARGE, ...tensors];

  it('give the same sums, to the last bit, with any number of threads', async () => {
    const one = await scanValues(list, { paths, kernels: KERNELS });
    for (const threads of [1, 3]) {
      const order: number[] = [];
      const progress: number[] = [];
      const some = await scanValues(list, {
        ...{ paths, worker: WORKER, kernels: KERNELS, threads },
        onTensor: (tensor) => order.push(tensor),
        onProgress: (done) => progress.push(done),
      });
      expect(some).toEqual(one);
      expect(order).toEqual(list.map((_, i) => i));
      expect(progress.at(-1)).toBe(one.bytes);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
    }
  });

  it('end early with the results so far', async () => {
    for (const worker of [undefined, WORKER]) {
      const controller = new AbortController();
      const again = Array.from({ length: 40 }, () => LARGE);
      const {
        sums,
        complete,
        bytes: scanned,
      } = await scanValues([...tensors, ...again], {
        ...{ paths, worker, kernels: KERNELS, signal: controller.signal },
        threads: worker === undefined ? undefined : 2,
        onTensor: (tensor) => tensor === tensors.length - 1 && controller.abort(),
      });
      expect(complete).toBe(false);
      expect(scanned).toBeGreaterThanOrEqual(bytes);
      expect(sums.slice(0, tensors.length).every((sum) => sum)).toBe(true);
      expect(sums.at(-1)).toBeUndefined();
    }
  });

  it('report where a file ends too soon, and continue', async () => {
    const short = join(folder, 'short.f32');
    writeFileSync(short, new Uint8Array(numbers.buffer));
    truncateSync(short, 20_000_000);
    const cut = [TINY, short];
    for (const worker of [undefined, WORKER]) {
      const { sums, complete } = await scanValues([LARGE, ...tensors], {
        ...{ paths: cut, worker, kernels: KERNELS, threads: 2 },
      });
      expect([sums[0], complete]).toEqual([null, true]);
      expect(sums[1]!.count).toBe(tensors[0]!.rows * tensors[0]!.rowLength);
    }
  });

  it('fail with the error of the system', async () => {
    const absent = [TINY, join(folder, 'absent')];
    for (const worker of [undefined, WORKER]) {
      await expect(scanValues([LARGE], { paths: absent, worker, kernels: KERNELS, threads: 2 })).rejects.toMatchObject({
        code: 'ENOENT',
      });
    }
  });
});

describe('jobs', () => {
  it('cover every row once, in order, in pieces of whole rows', () => {
    const jobs = [...valueJobs([LARGE, ...tensors], paths)];
    const pieces = jobs.flat();
    expect(pieces.reduce((sum, piece) => sum + piece.rows * piece.data.rowBytes, 0)).toBe(bytes + 3000 * 8192);
    expect(pieces.filter(({ last }) => last).map(({ tensor }) => tensor)).toEqual([LARGE, ...tensors].map((_, i) => i));
    expect(pieces.every(({ rows, data }) => rows > 0 && rows * data.rowBytes <= 4 * 1024 * 1024)).toBe(true);
    expect(jobs.length).toBeLessThan(pieces.length);
  });

  it('of a row that is longer than a piece are a single one', () => {
    const row = { ...LARGE, rows: 2, rowBytes: 2 ** 30, rowLength: 2 ** 28 };
    expect([...valueJobs([row], paths)].map((job) => job.map(({ rows }) => rows))).toEqual([[1], [1]]);
  });
});

describe('tensors that cannot be scanned', () => {
  const tensor = file.tensors[0]!;
  const reasonFor = (change: object) => {
    const changed = { ...file, tensors: [{ ...tensor, ...change }] };
    return readableTensors(changed).left.get(0);
  };

  it('are left out with a reason', () => {
    expect(reasonFor({ type: undefined })).toBe('no-float-form');
    expect(reasonFor({ type: tensorTypeByName('IQ4_KS') })).toBe('no-float-form');
    expect(reasonFor({ dimensions: [100, 2], elements: 200, type: tensorTypeByName('Q4_K') })).toBe('uneven-rows');
    expect(reasonFor({ dimensions: [0], elements: 0 })).toBe('empty');
    expect(reasonFor({ fileOffset: file.size! - 10 })).toBe('data-missing');
    expect(reasonFor({ shard: { number: 2, offset: 0 } })).toBe('data-missing');
    expect(reasonFor({})).toBeUndefined();
  });

  it('are an error where they overlap', () => {
    const many = { ...file, tensors: new Array(100).fill(tensor) };
    expect(() => readableTensors(many)).toThrow(expect.objectContaining({ code: 'tensors-overlap' }));
  });
});
