/**
 * The order in which tensor data is read: chunks of the file, each with the pieces of tensors in it. Small tensors that follow each
 * other share a chunk, large ones take several. Whoever knows the tensors can say which chunk comes next, in whatever thread.
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

/** A stretch of the file that is read at once. Bytes of it that are in no piece lie between tensors. */
export interface Chunk {
  position: number;
  bytes: number;
  pieces: Piece[];
}

/** Between two tensors so many bytes are rather read than jumped over: more than alignments in use. */
const GAP_BYTES = 16 * 1024;

/** A chunk of so many pieces is not filled any further. */
const MOST_PIECES = 65_536;

/** Cuts the bytes of tensors into chunks of at most `most` bytes. Every tensor has a last piece; those without data have one of 0 bytes. */
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
      // Tensors without data have no place that matters: the first byte that there is makes the chunk's.
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

/** Whether a byte of the file can be the next one in a chunk. */
function reaches({ position, bytes }: Chunk, next: number, most: number): boolean {
  const end = position + bytes;
  return bytes === 0 || (next >= end && next - end <= GAP_BYTES && next - position < most);
}
