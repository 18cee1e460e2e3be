/**
 * The bytes of a header's metadata, entry by entry, as stored in the file. How a model is split into files (`split.…`) is not part of the
 * model.
 */

import type { HeaderBytes } from './array-items.js';
import type { GgufFile } from './decode.js';

/** Bytes read at a time. */
const READ_AT_ONCE = 64 * 1024;

/**
 * Calls `take` with the bytes of each entry (its key, type and value), in pieces and in file order, and `done` after each entry. Throws no
 * errors itself; if the file has become shorter, fewer bytes are passed.
 */
export function eachMetadataEntry(
  { source }: Pick<HeaderBytes, 'source'>,
  file: GgufFile,
  take: (bytes: Uint8Array) => void,
  done: (key: string) => void,
): void {
  // A split model's metadata is that of its first file.
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
