/**
 * The statistics of a model's numbers, tensor by tensor: tensors that can be scanned are scanned in file order; for the others the reason
 * is recorded.
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
  /** By index in the header; undefined if the tensor was skipped or not reached. */
  statistics: readonly (ValueSummary | undefined)[];
  /** The positions of abnormal numbers, by index like the statistics. */
  faults: readonly (Faults | undefined)[];
  /** Why a tensor was skipped, by index in the header. */
  left: ReadonlyMap<number, Unreadable>;
  /** Runs of zero bytes across tensor data and the padding between tensors. */
  empty: readonly ByteRun[];
  /** Tensors of which only some blocks were read, by index in the header: how many blocks, out of how many. */
  sampled?: ReadonlyMap<number, { blocks: number; of: number }>;
  /** Whether the scan was completed. */
  complete: boolean;
  /** Bytes of data scanned. */
  bytes: number;
}

export interface ModelValuesOptions extends ScanOptions {
  /** Whether the source can only be read forwards. */
  forwards?: boolean;
  /** Indexes in the header of the wanted tensors; absent: all. */
  only?: ReadonlySet<number> | undefined;
  /** Called before it begins with the number of bytes to scan. */
  onBegin?: ((bytes: number) => void) | undefined;
}

/** Scans the tensors of a model. Rejects with errors of the source. */
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
