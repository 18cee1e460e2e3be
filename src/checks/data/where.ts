/** Places in the data of a tensor: block, row and bytes. */

import { rowBytes } from '../../formats/tensor-types.js';
import type { Place } from '../../gguf/finding.js';
import type { ModelTensor } from '../../model/model.js';
import { formatInteger } from '../../words/format-quantity.js';
import { shortened } from '../place.js';

/** The first and the last of consecutive numbers, blocks or rows of a tensor, counted from 0. */
export interface Span {
  first: number;
  last: number;
}

/** The place of bytes `from` to `to` of a tensor, counted from its first byte; default: all bytes. */
export function bytesPlace(tensor: ModelTensor, from = 0, to = tensor.bytes ?? 0): Place {
  const start = tensor.shard?.offset ?? tensor.fileOffset;
  return { tensor: shortened(tensor.name), offset: start + from, end: start + to };
}

/** `bytes 1,204,224–1,269,760`: the end is exclusive. */
export function bytesWords({ offset = 0, end = offset }: Place): string {
  return `bytes ${formatInteger(offset)}–${formatInteger(end)}`;
}

/** The place of a finding about numbers in a tensor, and its description. */
export interface Where {
  place: Place;
  where: string;
}

/** The place of the numbers from first to last, both included. */
export function numbersAt(tensor: ModelTensor, { first, last }: Span): Where {
  const elements = tensor.type?.blockElements ?? 1;
  return blocksAt(tensor, { first: Math.floor(first / elements), last: Math.floor(last / elements) });
}

export function blocksAt(tensor: ModelTensor, { first, last }: Span): Where {
  const { blockBytes = 0, blockElements = 1 } = tensor.type ?? {};
  const length = tensor.dimensions[0] ?? 1;
  const place = bytesPlace(tensor, first * blockBytes, (last + 1) * blockBytes);
  const rows = {
    first: Math.floor((first * blockElements) / length),
    last: Math.floor((last * blockElements) / length),
  };
  const units = blockElements === 1 ? 'number' : 'block';
  return { place, where: `${range(units, { first, last })}, ${range('row', rows)} (${bytesWords(place)})` };
}

/** `row 3`, `rows 3–7`; counted from 0, like slices. */
export function range(noun: string, { first, last }: Span): string {
  return first === last ? `${noun} ${formatInteger(first)}` : `${noun}s ${formatInteger(first)}–${formatInteger(last)}`;
}

/** Bytes of a row; 0 if unknown. */
export function bytesOfRow({ type, dimensions }: ModelTensor): number {
  return type === undefined ? 0 : rowBytes(type, dimensions[0] ?? 1);
}
