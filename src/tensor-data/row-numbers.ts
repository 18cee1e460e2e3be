/**
 * Statistics of a row of tensors: of each tensor, of all together, and a histogram over their common range. The sums come from the value
 * scan; the histogram needs a second pass, because its range is known only then.
 */

import type { BlockSource } from '../io/block-source.js';
import { numbersOf } from './read-blocks.js';
import { scanWith } from './scan-values.js';
import { type ReadableData, totalBytes } from './tensor-data.js';
import { runHere } from './value-threads.js';
import { plainKernels, type ValueKernels } from './values/plain-kernels.js';
import { loadKernels, simdKernels } from './values/simd-kernels.js';
import { summarize, type ValueSummary } from './values/value-summary.js';
import { mergeSums, type ValueSums } from './values/value-sums.js';

/** Bins of a histogram: enough for a terminal's width, few enough to be read as a list. */
const HISTOGRAM_BINS = 64;

export interface RowNumbers {
  /** In the order of the tensors; null if the file ends too early for a tensor. */
  each: readonly (ValueSummary | null)[];
  /** Of all tensors read; null if there are none. */
  all: ValueSummary | null;
  /** Null if no number is finite. */
  histogram: { min: number; max: number; counts: readonly number[] } | null;
}

export interface RowNumbersOptions {
  /** Path of the built kernels; without them the scan is slower. */
  kernels?: string | undefined;
  /** Called with the number of bytes read so far; each tensor is read twice. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/** Computes the statistics of a row of tensors. */
export type RowReader = (tensors: readonly ReadableData[]) => Promise<RowNumbers>;

/**
 * Creates a reader that computes rows one after the other on request, so that nothing of a row is kept for the next. It reads tensors
 * twice, in this thread, and rejects with errors of the source.
 */
export function rowReader(source: BlockSource, { kernels, onProgress }: RowNumbersOptions = {}): RowReader {
  const program = kernels === undefined ? undefined : loadKernels(kernels);
  const run = runHere(program, source);
  let counting: ValueKernels | undefined;
  let bytes = 0;
  return async (tensors) => {
    const before = bytes;
    let sums: ValueSums | null = null;
    const scan = await scanWith(
      run,
      tensors,
      { paths: null, onProgress: (done) => onProgress?.(before + done) },
      (own) => {
        sums = sums === null ? own : mergeSums(sums, own);
        return summarize(own);
      },
    );
    bytes += scan.bytes;
    const read = tensors.filter((_, i) => scan.sums[i]);
    const all = sums && summarize(sums);
    const between = bytes;
    counting ??= program === undefined ? plainKernels() : simdKernels(program);
    const histogram = all && (await histogramOf(read, source, counting, all, (done) => onProgress?.(between + done)));
    bytes += totalBytes(read);
    return { each: scan.sums.map((own) => own ?? null), all, histogram };
  };
}

async function histogramOf(
  tensors: readonly ReadableData[],
  source: BlockSource,
  kernels: ValueKernels,
  { min, max }: ValueSummary,
  onProgress: (bytes: number) => void,
): Promise<RowNumbers['histogram']> {
  if (min === null || max === null) return null;
  const range = { min, max, bins: HISTOGRAM_BINS };
  const counts = new Float64Array(HISTOGRAM_BINS);
  let done = 0;
  for (const tensor of tensors) {
    const { blockBytes, blockElements } = tensor.type;
    for await (const numbers of numbersOf(tensor, source, kernels)) {
      kernels.count(numbers.length, range, counts);
      done += (numbers.length / blockElements) * blockBytes;
      onProgress(done);
    }
  }
  return { min, max, counts: Array.from(counts) };
}
