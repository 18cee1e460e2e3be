/**
 * Ranges of an input kept in memory, so that they can be read in any order and repeatedly: from a stream, which provides its bytes only
 * once, and from a server, to which one request is better than many.
 */

import type { BlockSource } from './block-source.js';

export interface Stretch {
  position: number;
  bytes: number;
}

/**
 * Reads the ranges in the order of their positions; afterwards only these can be read, as far as the input reached. Ranges may overlap.
 * Closing the result does not close the input.
 */
export async function keptBlocks(source: BlockSource, stretches: readonly Stretch[]): Promise<BlockSource> {
  const kept: { position: number; bytes: Uint8Array }[] = [];
  for (const { position, bytes } of joined(stretches)) {
    const room = new Uint8Array(bytes);
    const count = await source.read(room, position);
    kept.push({ position, bytes: room.subarray(0, count) });
  }
  const readNow = (target: Uint8Array, position: number): number => {
    const stretch = lastUpTo(kept, position);
    if (stretch === undefined || position > stretch.position + stretch.bytes.length) return 0;
    const taken = stretch.bytes.subarray(position - stretch.position).subarray(0, target.length);
    target.set(taken);
    return taken.length;
  };
  return { readNow, read: async (target, position) => readNow(target, position), close: async () => undefined };
}

/**
 * The last of the sorted ranges that begins at or before a position. There can be as many as a header has tensors, hence a binary search.
 */
function lastUpTo<S extends { position: number }>(ordered: readonly S[], position: number): S | undefined {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle] as S).position <= position) low = middle + 1;
    else high = middle;
  }
  return ordered[low - 1];
}

/** Sorted and without overlaps. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const ordered = stretches.filter(({ bytes }) => bytes > 0).sort((a, b) => a.position - b.position);
  const result: Stretch[] = [];
  for (const { position, bytes } of ordered) {
    const last = result.at(-1);
    if (last !== undefined && position <= last.position + last.bytes) {
      last.bytes = Math.max(last.bytes, position + bytes - last.position);
    } else result.push({ position, bytes });
  }
  return result;
}
