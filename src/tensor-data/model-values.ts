/**
 * The statistics of a model's numbers, tensor by tensor: what can be scanned is, in the order in which its bytes lie, and of the rest is
 * known why it was not.
 */

import type { GgufFile } from '../gguf/decode.js';
import type { Unreadable } from '../words/unreadable.js';
import { chosenTensors } from './chosen-tensors.js';
import { joinedRanges } from './empty-ranges.js';
import { type ScanOptions, scanValues } from './scan-values.js';
import { totalBytes } from './tensor-data.js';
import type { Faults } from './values/faults.js';
import { summarize, type ValueSummary } from './values/value-summary.js';
import type { ValueSums } from './values/value-sums.js';
import type { ByteRun } from './values/zero-runs.js';

export interface ModelValues {
  /** By index in the header; undefined where it was left out, or not reached. */
  statistics: readonly (ValueSummary | undefined)[];
  /** Where the numbers are that stand out, by index like the statistics. */
  faults: readonly (Faults | undefined)[];
  /** Why a tensor was left out, by index in the header. */
  left: ReadonlyMap<number, Unreadable>;
  /** Runs of zero bytes over the data of tensors and the padding between them. */
  empty: readonly ByteRun[];
  /** Tensors of which only some blocks were read, by index in the header: how many, and of how many. */
  sampled?: ReadonlyMap<number, { blocks: number; of: number }>;
  /** Whether the scan came to its end. */
  complete: boolean;
  /** Bytes of data that were scanned. */
  bytes: number;
}

export interface ModelValuesOptions extends ScanOptions {
  /** Whether the source can only be read forwards. */
  forwards?: boolean;
  /** Indices in the header of the tensors that are wanted; all where it is left out. */
  only?: ReadonlySet<number> | undefined;
  /** Is told, before it begins, how many bytes there are to scan. */
  onBegin?: ((bytes: number) => void) | undefined;
}

/** Scans the tensors of a model. Rejects with the error of whatever is read. */
export async function modelValues(file: GgufFile, options: ModelValuesOptions): Promise<ModelValues> {
  const { only: _only, forwards: _forwards, onBegin, ...scan } = options;
  const { tensors, left } = chosenTensors(file, options);
  onBegin?.(totalBytes(tensors));
  const keep = (sums: ValueSums) => ({ summary: summarize(sums), faults: sums.faults });
  const { sums, complete, bytes } = await scanValues(tensors, scan, keep);
  const statistics: (ValueSummary | undefined)[] = new Array(file.tensors.length).fill(undefined);
  const faults: (Faults | undefined)[] = new Array(file.tensors.length).fill(undefined);
  for (const [i, { index }] of tensors.entries()) {
    const own = sums[i];
    if (own) {
      statistics[index] = own.summary;
      faults[index] = own.faults;
    } else if (own === null) left.set(index, 'data-missing');
  }
  const empty = joinedRanges(
    tensors,
    tensors.map(({ index }) => faults[index]?.zeroBytes),
  );
  return { statistics, faults, left, empty, complete, bytes };
}
