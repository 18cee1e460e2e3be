/**
 * Moving over items that each begin with their length in 64 bits, as fast as that can be done: a vocabulary with its merges is
 * 400,000 to 800,000 of them. The window brings a loop in WebAssembly (fast-loop.ts); `skipItems` is the same loop for windows
 * that have none, and the reference that it is tested against.
 */

import type { Window } from './window.js';

/**
 * Moves over up to `most` items that lie whole in the window; returns how many. It stops before an item that the window does
 * not hold whole, and before one that claims 4 GiB or more.
 */
export function skipItems(window: Window, most: number): number {
  const { view, limit, littleEndian } = window;
  const lowAt = littleEndian ? 0 : 4;
  const highAt = 4 - lowAt;
  const last = limit - 8;
  let { position } = window;
  let skipped = 0;
  while (skipped < most && position <= last && view.getUint32(position + highAt, littleEndian) === 0) {
    const next = position + 8 + view.getUint32(position + lowAt, littleEndian);
    if (next > limit) break;
    position = next;
    skipped++;
  }
  window.position = position;
  return skipped;
}

/** `skipItems` through the window's fast loop, where it has one and the input is little-endian. */
export function skipItemsFast(window: Window, most: number): number {
  const { fastLoop, littleEndian, position, limit } = window;
  if (fastLoop === undefined || !littleEndian) return skipItems(window, most);
  const atOnce = Math.min(most, MOST_AT_ONCE);
  window.position = fastLoop.walk(position, limit, atOnce);
  return atOnce - fastLoop.left.value;
}

/** Counts in the fast loop are signed 32-bit integers. */
const MOST_AT_ONCE = 0x7fff_ffff;
