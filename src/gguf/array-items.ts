/** Decodes items of an array that the header does not keep, a run at a time, from their place in the file. */

import { decodeAt, type RandomAccess } from '../io/decode-loop.js';
import { type Steps, WINDOW_BYTES, Window } from '../io/window.js';
import type { GgufFile } from './decode.js';
import { type MetadataArray, type MetadataValue, readValue } from './metadata.js';
import { Reader } from './reader.js';
import { VALUE_TYPES } from './value-types.js';

/** A header that has been read, and its source, which can be read again. */
export interface HeaderBytes {
  file: Pick<GgufFile, 'version' | 'littleEndian'>;
  source: RandomAccess;
}

/** Consecutive items and their offsets. */
export interface ItemRun {
  items: MetadataValue[];
  /** Offset of each item from the start of the file, followed by the end of the last one. */
  offsets: number[];
}

/** Decodes `count` items starting at `offset`. Throws GgufError if the file has changed since its header was read. */
export function readItems(
  { file, source }: HeaderBytes,
  { itemType, offset: start, byteLength }: MetadataArray,
  offset: number,
  count: number,
): ItemRun {
  const row = VALUE_TYPES.find(({ name }) => name === itemType)!;
  const room = Math.max(64, Math.min(WINDOW_BYTES, start + byteLength - offset));
  // A hostile header may have thousands of arrays; creating a fast loop for each would cost more than it saves when items are decoded.
  const small = new Window(room, source.size, false);
  const decoder = function* (window: Window): Steps<ItemRun> {
    window.littleEndian = file.littleEndian;
    const reader = new Reader(window, () => true);
    reader.version = file.version;
    reader.section = 'metadata';
    reader.whole = true;
    try {
      window.skip(offset, 'array');
      const run: ItemRun = { items: [], offsets: [offset] };
      for (let i = 0; i < count; i++) {
        run.items.push(yield* readValue(reader, row, 1));
        run.offsets.push(window.offset);
      }
      return run;
    } catch (error) {
      throw reader.located(error);
    }
  };
  return decodeAt(source, decoder, small);
}
