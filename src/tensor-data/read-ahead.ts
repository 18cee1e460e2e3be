/**
 * Whole tensors in the order in which they are given: the one reader for scans of all bytes. While one chunk is worked on, the next ones are
 * on their way; a few buffers go round, so memory is the same for any size of file. `read-blocks.ts` reads parts of one tensor.
 */

import type { BlockSource } from '../io/block-source.js';
import { type Chunk, chunksOf } from './chunks.js';

/** The most bytes that a chunk is to have here: with it the processor's own memory still holds what was just read. */
const CHUNK_BYTES = 1024 * 1024;

/** Chunks that are on their way at once: enough to keep a fast disk busy. */
const READS_AHEAD = 6;

/** Without waiting so many chunks are read at most before the program looks at what else has happened. */
const CHUNKS_WITHOUT_PAUSE = 32;

/** A chunk and the bytes that there were of it: fewer where the source ended. They hold until the next one is asked for. */
export interface FilledChunk {
  chunk: Chunk;
  bytes: Uint8Array;
}

/** The bytes of tensors, chunk after chunk. Fails with the error of whatever is read. */
export function readChunks(
  source: BlockSource,
  tensors: readonly { position: number; bytes: number }[],
): AsyncGenerator<FilledChunk, void, void> {
  return readAhead(source, chunksOf(tensors, CHUNK_BYTES));
}

/**
 * Reads chunks in their order.
 *
 * What the system has in its memory is copied from there by this thread, which is quickest: others would only take the processor
 * from those that do the work. As soon as reads turn out to be slow, they are left to the system's threads.
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
        // It is waited for later; until then its failure must not end the process.
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

/** A chunk takes a fifth of a millisecond from memory, and longer from a disk. */
const SLOW_MILLISECONDS = 0.8;
/** A few slow reads are no sign: another program may have had the processor. */
const SLOW_READS_BORNE = 8;

function patienceAfter(milliseconds: number, patience: number): number {
  return milliseconds > SLOW_MILLISECONDS ? patience - 1 : Math.min(patience + 1 / 8, SLOW_READS_BORNE);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
