/**
 * The statistics of a model's numbers, tensor by tensor: what can be scanned is, in the order in which its bytes lie, and of the rest is
 * known why it was not.
 */

import { isExplained } from '../explained-error.js';
import type { GgufFile } from '../gguf/decode.js';
import type { Unreadable } from '../words/unreadable.js';
import { type ScanOptions, scanValues } from './scan-values.js';
import { readableTensors, type SortedData, totalBytes } from './tensor-data.js';
import { summarize, type ValueSummary } from './values/value-summary.js';

export interface ModelValues {
  /** By index in the header; undefined where it was left out, or not reached. */
  statistics: readonly (ValueSummary | undefined)[];
  /** Why a tensor was left out, by index in the header. */
  left: ReadonlyMap<number, Unreadable>;
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
  const { sums, complete, bytes } = await scanValues(tensors, scan, summarize);
  const statistics: (ValueSummary | undefined)[] = new Array(file.tensors.length).fill(undefined);
  for (const [i, { index }] of tensors.entries()) {
    const own = sums[i];
    if (own) statistics[index] = own;
    else if (own === null) left.set(index, 'data-missing');
  }
  return { statistics, left, complete, bytes };
}

function chosenTensors(file: GgufFile, { paths, only, forwards }: ModelValuesOptions) {
  const wanted = (index: number) => only?.has(index) ?? true;
  const left = new Map<number, Unreadable>();
  let tensors: SortedData['readable'] = [];
  try {
    const found = readableTensors(file);
    tensors = found.readable.filter(({ index }) => wanted(index));
    for (const [index, why] of found.left) if (wanted(index)) left.set(index, why);
  } catch (error) {
    if (!isExplained(error)) throw error;
    for (const index of file.tensors.keys()) if (wanted(index)) left.set(index, 'overlapping');
  }
  if (paths === null) tensors.sort((a, b) => a.position - b.position);
  return { tensors: forwards ? passableTensors(tensors, left) : tensors, left };
}

/** Those that can be read from a stream: each behind the one before it. */
function passableTensors(tensors: SortedData['readable'], left: Map<number, Unreadable>): SortedData['readable'] {
  let end = 0;
  return tensors.filter((tensor) => {
    const passed = tensor.position < end;
    if (passed) left.set(tensor.index, 'overlapping');
    else end = tensor.position + tensor.bytes;
    return !passed;
  });
}
