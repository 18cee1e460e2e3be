/**
 * The third section (specification, `gguf_tensor_info_t`): for each tensor its name, dimensions, type and the offset of its data.
 * Dimensions are in ggml's order (`ne`): the elements of the first one are contiguous.
 */

import type { Steps } from '../io/window.js';
import { MAX_DATA_OFFSET, MAX_DIMENSIONS, MAX_ELEMENTS, MAX_READABLE_DIMENSIONS } from './limits.js';
import type { Reader } from './reader.js';

/** A tensor as the header describes it. */
export interface TensorInfo {
  name: string;
  /**
   * The bytes of a name that is not valid UTF-8, with one character (0 to 255) for each byte; `name` has U+FFFD instead of the invalid
   * ones.
   */
  rawName?: string;
  /** ggml's `ne`, first dimension contiguous; empty for a tensor without dimensions (one element). */
  dimensions: readonly number[];
  /** Product of the dimensions: the number of parameters. */
  elements: number;
  /** Id of the ggml type; see tensor-types.ts. */
  typeId: number;
  /** Offset of its data from the start of the data section. */
  dataOffset: number;
  /** Offset of this description in the file. */
  offset: number;
}

/** Reads one tensor description. */
export function* readTensorInfo(reader: Reader, index: number): Steps<TensorInfo> {
  const { window, lengthBytes } = reader;
  const { offset } = window;
  reader.item = { list: 'tensor', index, name: undefined };
  if (window.available < lengthBytes) yield* window.need(lengthBytes, 'length of tensor name');
  const nameBytes = reader.takeShortLength('tensor name');
  if (window.available < nameBytes + 4) yield* window.need(nameBytes + 4, 'tensor name and number of dimensions');
  const name = reader.takeText(nameBytes, 'tensor name');
  const rawName = reader.rawBytes(nameBytes);
  reader.item.name = name;

  const countOffset = window.offset;
  const dimensionCount = window.takeU32();
  if (dimensionCount > MAX_READABLE_DIMENSIONS) {
    const expected = `at most ${MAX_DIMENSIONS} dimensions`;
    throw reader.error('too-many-dimensions', countOffset, expected, String(dimensionCount));
  }
  const restBytes = dimensionCount * lengthBytes + 4 + 8;
  if (window.available < restBytes) yield* window.need(restBytes, 'dimensions, type and data offset');
  const dimensions: number[] = [];
  let elements = 1;
  for (let i = 0; i < dimensionCount; i++) {
    const dimension = reader.takeLength('dimension');
    dimensions.push(dimension);
    elements *= dimension;
  }
  reader.elements += elements;
  if (!(reader.elements <= MAX_ELEMENTS)) {
    const found = `${dimensions.join(' × ')}, which makes ${reader.elements}`;
    throw reader.error('number-too-large', countOffset, `at most ${MAX_ELEMENTS} elements in all tensors`, found);
  }

  const typeId = window.takeU32();
  const dataOffset = window.takeU64('data offset');
  if (dataOffset > MAX_DATA_OFFSET) {
    const expected = `a data offset up to ${MAX_DATA_OFFSET}`;
    throw reader.error('number-too-large', window.offset - 8, expected, String(dataOffset));
  }
  const info = { name, dimensions, elements, typeId, dataOffset, offset };
  return rawName === undefined ? info : { ...info, rawName };
}
