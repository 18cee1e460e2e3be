/**
 * The bytes of a header's metadata, entry by entry, as they stand in the file. How a model is cut into files (`split.…`) is no part of what
 * the model is.
 */

import type { HeaderBytes } from './array-items.js';
import type { GgufFile } from './decode.js';

/** Bytes that are read at once. */
const READ_AT_ONCE = 64 * 1024;

/**
 * Calls `take` with the bytes of each entry (its key, its type and its value), in pieces and in the order of the file, `done` after each.
 * Throws nothing of its own; where the file has become shorter fewer bytes come.
 */
export function eachMetadataEntry(
  { source }: Pick<HeaderBytes, 'source'>,
  file: GgufFile,
  take: (bytes: Uint8Array) => void,
  done: (key: string) => void,
): void {
  // The metadata of a split model is that of its first file.
  const { metadata } = file.set?.files[0]?.file ?? file;
  const buffer = Buffer.alloc(READ_AT_ONCE);
  for (const { key, offset, byteLength } of metadata) {
    if (key.startsWith('split.')) continue;
    const end = offset + byteLength;
    for (let at = offset; at < end; ) {
      const count = source.readAt(buffer, 0, Math.min(buffer.length, end - at), at);
      if (count === 0) break;
      take(buffer.subarray(0, count));
      at += count;
    }
    done(key);
  }
}
