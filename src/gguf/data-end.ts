/**
 * How far the data of the tensors reaches, against how far the file does. The rule of llama.cpp's loader: the bytes of each tensor,
 * without its padding, lie inside the file. An empty tensor has a place all the same, and so has the data section.
 */

import type { Tensor } from './data-layout.js';
import type { GgufFile } from './decode.js';

/** What of the data a file lacks. */
export interface Shortage {
  /** `all`: not one byte of data is there; `part`: some is; `padding`: there is no data, but the file ends before its place. */
  lacks: 'all' | 'part' | 'padding';
  /** Bytes of the file, bytes that it should have at least, and the difference. */
  size: number;
  needed: number;
  missing: number;
  /** The tensors whose data is not in the file to its end. */
  cut: readonly Tensor[];
}

/** What is missing; undefined where all is there, or nobody knows where the file ends. */
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

/** Offset of the first byte behind all tensors; the start of the data section where they are empty. */
export function endOfData({ tensors, dataStart }: Pick<GgufFile, 'tensors' | 'dataStart'>): number {
  return tensors.reduce((most, tensor) => Math.max(most, endOf(tensor)), dataStart);
}

/** A tensor that has elements has at least one byte, even where its size is not known. */
function endOf({ elements, fileOffset, bytes }: Tensor): number {
  return elements === 0 ? fileOffset : fileOffset + Math.max(1, bytes ?? 0);
}
