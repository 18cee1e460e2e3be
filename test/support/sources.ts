/** Sources that misbehave or keep count, each wrapped around a normal one. */

import type { RandomAccess } from '../../src/io/decode-loop.js';

interface CountingSource extends RandomAccess {
  /** Bytes that were returned, and the end of the furthest of them. */
  bytesRead: number;
  furthest: number;
  reads: { position: number; length: number }[];
}

export function countingSource(source: RandomAccess): CountingSource {
  const counting: CountingSource = {
    size: source.size,
    bytesRead: 0,
    furthest: 0,
    reads: [],
    readAt(target, at, length, position) {
      const count = source.readAt(target, at, length, position);
      counting.bytesRead += count;
      counting.furthest = Math.max(counting.furthest, position + count);
      counting.reads.push({ position, length: count });
      return count;
    },
  };
  return counting;
}

/** Never returns more than `most` bytes at once, as a slow device may. */
export function shortReads(source: RandomAccess, most: number): RandomAccess {
  return {
    size: source.size,
    readAt: (target, at, length, position) => source.readAt(target, at, Math.min(length, most), position),
  };
}

/** Throws at the n-th read, counted from 0. */
export function failingAt(source: RandomAccess, n: number): RandomAccess {
  let reads = 0;
  return {
    size: source.size,
    readAt(target, at, length, position) {
      if (reads++ === n) throw Object.assign(new Error('the disk has gone'), { code: 'EIO' });
      return source.readAt(target, at, length, position);
    },
  };
}

/** Announces the original size, but holds only `size` bytes. */
export function shrunkTo(source: RandomAccess, size: number): RandomAccess {
  return {
    size: source.size,
    readAt: (target, at, length, position) =>
      source.readAt(target, at, Math.max(0, Math.min(length, size - position)), position),
  };
}

/** A few bytes, followed by zeros up to `size`: a large model of which only the header is there. */
export function sparse(head: Uint8Array, size: number): RandomAccess {
  return {
    size,
    readAt(target, at, length, position) {
      const count = Math.max(0, Math.min(length, size - position));
      target.fill(0, at, at + count);
      if (position < head.length) target.set(head.subarray(position, position + count), at);
      return count;
    },
  };
}
