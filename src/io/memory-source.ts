/** Bytes that are already in memory, as a source: for callers of the library and for tests. */

import type { BlockSource } from './block-source.js';
import type { RandomAccess } from './decode-loop.js';

/** Makes a source of bytes in memory. The bytes are used in place, not copied. */
export function memorySource(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    readAt(target, at, length, position) {
      const taken = bytes.subarray(position, position + length);
      target.set(taken, at);
      return taken.length;
    },
  };
}

/** The same as a block source, which can be read synchronously. */
export function memoryBlocks(bytes: Uint8Array): BlockSource {
  const readNow = (target: Uint8Array, position: number): number => {
    const taken = bytes.subarray(position, position + target.length);
    target.set(taken);
    return taken.length;
  };
  return { readNow, read: async (target, position) => readNow(target, position), close: async () => undefined };
}
