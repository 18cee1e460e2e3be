/**
 * The order of reading tensor data: chunks of the file, each with the pieces of tensors in it. Consecutive small tensors share a chunk,
 * large ones take several. The order depends only on the tensors, so every thread can compute it.
 */

/** A part of a tensor's data, or all of it, in a chunk. */
export interface Piece {
  /** Index of the tensor. */
  tensor: number;
  /** Offset in the chunk. */
  at: number;
  bytes: number;
  /** Whether the tensor ends here. */
  last: boolean;
}

/** A range of the file that is read at once. Bytes that belong to no piece are between tensors. */
export interface Chunk {
  position: number;
  bytes: number;
  pieces: Piece[];
}

/** A gap between tensors of up to this many bytes is read through instead of skipped; it is larger than any alignment in use. */
const GAP_BYTES = 16 * 1024;

/** Maximum number of pieces in a chunk. */
const MOST_PIECES = 65_536;

/**
 * Divides the bytes of tensors into chunks of at most `most` bytes. Every tensor has a last piece; for tensors without data it has 0 bytes.
 */
export function* chunksOf(
  tensors: readonly { position: number; bytes: number }[],
  most: number,
): Generator<Chunk, void, void> {
  let chunk: Chunk = { position: 0, bytes: 0, pieces: [] };
  for (const [tensor, range] of tensors.entries()) {
    let left = range.bytes;
    do {
      const next = range.position + range.bytes - left;
      if (chunk.pieces.length >= MOST_PIECES || (left > 0 && !reaches(chunk, next, most))) {
        yield chunk;
        chunk = { position: 0, bytes: 0, pieces: [] };
      }
      // The position of tensors without data does not matter: the first byte of data sets the chunk's position.
      if (chunk.bytes === 0) chunk.position = next;
      const at = left === 0 ? chunk.bytes : next - chunk.position;
      const bytes = Math.min(left, most - at);
      left -= bytes;
      chunk.pieces.push({ tensor, at, bytes, last: left === 0 });
      chunk.bytes = at + bytes;
    } while (left > 0);
  }
  if (chunk.pieces.length > 0) yield chunk;
}

/** Whether a byte of the file can be added as the next one of a chunk. */
function reaches({ position, bytes }: Chunk, next: number, most: number): boolean {
  const end = position + bytes;
  return bytes === 0 || (next >= end && next - end <= GAP_BYTES && next - position < most);
}
