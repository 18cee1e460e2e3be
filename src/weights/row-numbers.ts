/**
 * What the numbers of a row of tensors look like together: each one's statistics, those of all, and a histogram over their own range. The
 * sums come from the value scan; the histogram is a second pass, as its range is known only then.
 */

import type { BlockSource } from '../bytes/blocks.js';
import { numbersOf } from './portions.js';
import { scanValues } from './scan-values.js';
import type { ValueTensor } from './value-tensors.js';
import type { ValueKernels } from './values/plain-kernels.js';
import { valueKernels } from './values/simd-kernels.js';
import { summarize, type ValueSummary } from './values/summary.js';
import { mergeSums, type ValueSums } from './values/value-sums.js';

/** Bins of a histogram: enough for a terminal's width, few enough to be read as a list. */
const HISTOGRAM_BINS = 64;

export interface RowNumbers {
  /** In the order of the tensors; null where the file ends before a tensor does. */
  each: readonly (ValueSummary | null)[];
  /** Of all that were read; null where none was. */
  all: ValueSummary | null;
  /** Null where no number is finite. */
  histogram: { min: number; max: number; counts: readonly number[] } | null;
}

export interface RowNumbersOptions {
  /** Path of the built kernels; without them the scan is slower. */
  kernels?: string | undefined;
  /** Is told the bytes that were read so far; each tensor is read twice. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/** Looks at each of some rows. Reads tensors twice, in this thread. Rejects with the error of whatever is read. */
export async function rowNumbers(
  rows: readonly (readonly ValueTensor[])[],
  source: BlockSource,
  { kernels, onProgress }: RowNumbersOptions = {},
): Promise<RowNumbers[]> {
  const scan = await scanValues(rows.flat(), { source, kernels, onProgress });
  const shared = valueKernels(kernels);
  let { bytes } = scan;
  let first = 0;
  const found: RowNumbers[] = [];
  for (const tensors of rows) {
    const sums = scan.sums.slice(first, first + tensors.length);
    first += tensors.length;
    const read = tensors.filter((_, i) => sums[i]);
    const known = sums.filter((own): own is ValueSums => own != null);
    const all = known.length === 0 ? null : summarize(known.reduce(mergeSums));
    const before = bytes;
    const histogram = all && (await histogramOf(read, source, shared, all, (done) => onProgress?.(before + done)));
    bytes += read.reduce((sum, one) => sum + one.rows * one.rowBytes, 0);
    found.push({ each: sums.map((own) => (own ? summarize(own) : null)), all, histogram });
  }
  return found;
}

async function histogramOf(
  tensors: readonly ValueTensor[],
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
    const { blockBytes, blockElements } = tensor.form.type;
    for await (const numbers of numbersOf(tensor, source, kernels)) {
      kernels.count(numbers.length, range, counts);
      done += (numbers.length / blockElements) * blockBytes;
      onProgress(done);
    }
  }
  return { min, max, counts: Array.from(counts) };
}
