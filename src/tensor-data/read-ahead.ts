/**
 * Reads whole tensors in the given order: the only reader for scans of all bytes. While one chunk is processed, the next ones are being
 * read; a few buffers are reused, so memory use does not depend on the file size. `read-blocks.ts` reads parts of one tensor.
 */

import type { BlockSource } from '../io/block-source.js';
import { type Chunk, chunksOf } from './chunks.js';

/** Maximum bytes of a chunk here: small enough that what was just read is still in the CPU cache. */
const CHUNK_BYTES = 1024 * 1024;

/** Number of chunks being read at a time: enough to keep a fast disk busy. */
const READS_AHEAD = 6;

/** Maximum number of chunks read synchronously before the program handles other events. */
const CHUNKS_WITHOUT_PAUSE = 32;

/** A chunk and its bytes: fewer if the source ended. Valid until the next chunk is requested. */
export interface FilledChunk {
  chunk: Chunk;
  bytes: Uint8Array;
}

/** The bytes of tensors, chunk by chunk. Rejects with errors of the source. */
export function readChunks(
  source: BlockSource,
  tensors: readonly { position: number; bytes: number }[],
): AsyncGenerator<FilledChunk, void, void> {
  return readAhead(source, chunksOf(tensors, CHUNK_BYTES));
}

/**
 * Reads chunks in their order.
 *
 * Data in the system's file cache is copied by this thread, which is fastest: other threads would only take CPU time from those that do the
 * work. Once reads turn out to be slow, they are left to the system's threads.
 */
async function* readAhead(
  source: BlockSource,
  chunks: Iterator<Chunk, void, void>,
): AsyncGenerator<FilledChunk, void, void> {
  const free: Uint8Array[] = [];
  let next = chunks.next();
  if (source.readNow !== undefined) {
    const buffer = new Uint8Array(CHUNK_BYTES);
    let patience = SLOW_READS_BORNE;
    for (let i = 1; !next.done && patience > 0; i++, next = chunks.next()) {
      const { bytes, position } = next.value;
      const begun = performance.now();
      const count = bytes === 0 ? 0 : source.readNow(buffer.subarray(0, bytes), position);
      patience = patienceAfter(performance.now() - begun, patience);
      yield { chunk: next.value, bytes: buffer.subarray(0, count) };
      if (i % CHUNKS_WITHOUT_PAUSE === 0) await pause();
    }
    free.push(buffer);
  }
  const reads: { chunk: Chunk; buffer: Uint8Array; count: Promise<number> }[] = [];
  try {
    for (;;) {
      while (!next.done && reads.length < READS_AHEAD) {
        const { bytes, position } = next.value;
        const buffer = free.pop() ?? new Uint8Array(CHUNK_BYTES);
        const count = bytes === 0 ? Promise.resolve(0) : source.read(buffer.subarray(0, bytes), position);
        // It is awaited later; until then its failure must not end the process.
        count.catch(() => undefined);
        reads.push({ chunk: next.value, buffer, count });
        next = chunks.next();
      }
      const read = reads.shift();
      if (read === undefined) return;
      yield { chunk: read.chunk, bytes: read.buffer.subarray(0, await read.count) };
      free.push(read.buffer);
    }
  } finally {
    await Promise.allSettled(reads.map(({ count }) => count));
  }
}

/** Reading a chunk takes 0.2 ms from the file cache, and longer from a disk. */
const SLOW_MILLISECONDS = 0.8;
/** A few slow reads mean nothing: another program may have used the CPU. */
const SLOW_READS_BORNE = 8;

function patienceAfter(milliseconds: number, patience: number): number {
  return milliseconds > SLOW_MILLISECONDS ? patience - 1 : Math.min(patience + 1 / 8, SLOW_READS_BORNE);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
