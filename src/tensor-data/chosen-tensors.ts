/** Selects the tensors of a model whose numbers can be read, in reading order, and states why the others cannot be. */

import { isExplained } from '../explained-error.js';
import type { GgufFile } from '../gguf/decode.js';
import type { Unreadable } from '../words/unreadable.js';
import { readableTensors, type SortedData } from './tensor-data.js';

export interface HowToChoose {
  /** Paths of the files by file number minus 1; null if a source reads them, in order of position. */
  paths: readonly (string | undefined)[] | null;
  /** Indexes in the header of the wanted tensors; absent: all. */
  only?: ReadonlySet<number> | undefined;
  /** Whether the source can only be read forwards. */
  forwards?: boolean;
}

/** Separates the tensors that can be scanned from the others, with the reason for each. */
export function chosenTensors(file: GgufFile, { paths, only, forwards }: HowToChoose) {
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

/** The tensors that can be read from a stream: each after the one before it. */
function passableTensors(tensors: SortedData['readable'], left: Map<number, Unreadable>): SortedData['readable'] {
  let end = 0;
  return tensors.filter((tensor) => {
    const passed = tensor.position < end;
    if (passed) left.set(tensor.index, 'overlapping');
    else end = tensor.position + tensor.bytes;
    return !passed;
  });
}
