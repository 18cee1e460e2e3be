/**
 * Compares the end of the tensor data with the end of the file. The rule of llama.cpp's loader: the bytes of each tensor, without its
 * padding, are inside the file. Even an empty tensor has a position, and so has the data section.
 */

import type { Tensor } from './data-layout.js';
import type { GgufFile } from './decode.js';

/** What part of the data is missing. */
export interface Shortage {
  /**
   * `all`: no byte of data is present; `part`: some data is; `padding`: there is no data, but the file ends before the data section begins.
   */
  lacks: 'all' | 'part' | 'padding';
  /** Actual size of the file, minimum size, and the difference, in bytes. */
  size: number;
  needed: number;
  missing: number;
  /** The tensors whose data is cut off or missing. */
  cut: readonly Tensor[];
}

/** What is missing; undefined if everything is present or the file size is unknown. */
export function shortageOf(file: GgufFile): Shortage | undefined {
  const { size, tensors, dataStart } = file;
  const needed = endOfData(file);
  if (size === undefined || tensors.length === 0 || needed <= size) return undefined;
  const cut = tensors.filter((tensor) => endOf(tensor) > size);
  return { lacks: lackIn(cut, size - dataStart), size, needed, missing: needed - size, cut };
}

function lackIn(cut: readonly Tensor[], room: number): Shortage['lacks'] {
  if (cut.some(({ elements }) => elements > 0)) return room <= 0 ? 'all' : 'part';
  return room < 0 ? 'padding' : 'part';
}

/** Offset after the last byte of all tensors; the start of the data section if they are empty. */
export function endOfData({ tensors, dataStart }: Pick<GgufFile, 'tensors' | 'dataStart'>): number {
  return tensors.reduce((most, tensor) => Math.max(most, endOf(tensor)), dataStart);
}

/** A tensor with elements has at least one byte, even if its size is unknown. */
function endOf({ elements, fileOffset, bytes }: Tensor): number {
  return elements === 0 ? fileOffset : fileOffset + Math.max(1, bytes ?? 0);
}
