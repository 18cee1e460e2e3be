/**
 * Reading and working at the same time: while one chunk is worked on, the system fills the next buffers. There is a fixed number of
 * buffers, and each goes round: filled, worked on, given back.
 */

import type { BlockSource } from '../bytes/blocks.js';
import type { Chunk } from './chunks.js';

/** Bytes of a buffer, the most that a chunk can have. */
export const CHUNK_BYTES = 2 * 1024 * 1024;

const BUFFERS = 8;
/** Chunks that are being read at once: enough to keep a fast disk busy. */
const READS_AHEAD = 3;

/** The buffers, by number. They lie in shared memory, so that another thread can work on them too. */
export class BufferPool {
  readonly buffers: readonly Uint8Array[];
  private readonly free: number[];
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  constructor() {
    this.buffers = Array.from({ length: BUFFERS }, () => new Uint8Array(new SharedArrayBuffer(CHUNK_BYTES)));
    this.free = this.buffers.map((_, i) => i);
  }

  /** A buffer that nobody uses, if there is one. */
  take(): number | undefined {
    return this.free.pop();
  }

  give(buffer: number): void {
    this.free.push(buffer);
    this.wake();
  }

  /** Ends all waiting: whoever should have given buffers back never will. */
  fail(error: Error): void {
    this.failure = error;
    this.wake();
  }

  /** Waits until there is a buffer. Throws what `fail` was given. */
  async available(): Promise<void> {
    while (this.failure === undefined && this.free.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.failure !== undefined) throw this.failure;
  }
}

/** A chunk, the number of the buffer whose start holds it, and the bytes that there were: fewer where the source ended in it. */
export interface FilledChunk {
  chunk: Chunk;
  buffer: number;
  count: number;
}

/**
 * Reads chunks in their order. Each buffer must be given back to the pool by whoever has worked on it.
 *
 * What the system has in its memory is copied from there by this thread, which is quickest: other threads would only take the
 * processor from those that do the work. As soon as reads turn out to be slow, they are left to the system's threads.
 */
export async function* readAhead(
  source: BlockSource,
  chunks: Iterator<Chunk, void, void>,
  pool: BufferPool,
): AsyncGenerator<FilledChunk, void, void> {
  const reads: { chunk: Chunk; buffer: number; count: Promise<number> }[] = [];
  let patience = source.readNow === undefined ? 0 : SLOW_READS_BORNE;
  try {
    for (let next = chunks.next(); !next.done || reads.length > 0; ) {
      while (!next.done && reads.length < (patience > 0 ? 1 : READS_AHEAD)) {
        const buffer = pool.take();
        if (buffer === undefined) break;
        const chunk = next.value;
        const target = (pool.buffers[buffer] as Uint8Array).subarray(0, chunk.bytes);
        const begun = performance.now();
        const count = begin(source, chunk, target, patience > 0);
        if (patience > 0) patience = patienceAfter(performance.now() - begun, patience);
        reads.push({ chunk, buffer, count });
        next = chunks.next();
      }
      const read = reads.shift();
      if (read === undefined) await pool.available();
      else yield { ...read, count: await read.count };
    }
  } finally {
    await Promise.allSettled(reads.map(({ count }) => count));
  }
}

/** A chunk takes a third of a millisecond from memory, and several from a disk. */
const SLOW_MILLISECONDS = 1;
/** A few slow reads are no sign: another program may have had the processor. */
const SLOW_READS_BORNE = 4;

function patienceAfter(milliseconds: number, patience: number): number {
  return milliseconds > SLOW_MILLISECONDS ? patience - 1 : Math.min(patience + 1 / 8, SLOW_READS_BORNE);
}

function begin(source: BlockSource, chunk: Chunk, target: Uint8Array, now: boolean): Promise<number> {
  if (chunk.bytes === 0) return Promise.resolve(0);
  if (now && source.readNow !== undefined) {
    try {
      return Promise.resolve(source.readNow(target, chunk.position));
    } catch (error) {
      return Promise.reject(error);
    }
  }
  const count = source.read(target, chunk.position);
  // It is waited for later; until then its failure must not end the process.
  count.catch(() => undefined);
  return count;
}
