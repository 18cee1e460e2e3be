/**
 * Skips items that each begin with their 64-bit length, as fast as possible: a vocabulary with its merges has 400,000 to 800,000 of them.
 * The window provides a loop in WebAssembly (fast-loop.ts); `skipItems` is the same loop for windows without it, and the reference in its
 * tests.
 */

import type { Window } from './window.js';

/**
 * Skips up to `most` items that are entirely in the window; returns how many. It stops before an item that is not entirely in the window,
 * and before one that claims 4 GiB or more.
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

/** `skipItems` using the window's fast loop, if it has one and the input is little-endian. */
export function skipItemsFast(window: Window, most: number): number {
  const { fastLoop, littleEndian, position, limit } = window;
  if (fastLoop === undefined || !littleEndian) return skipItems(window, most);
  const atOnce = Math.min(most, MOST_AT_ONCE);
  window.position = fastLoop.walk(position, limit, atOnce);
  return atOnce - fastLoop.left.value;
}

/** Counts in the fast loop are signed 32-bit integers. */
const MOST_AT_ONCE = 0x7fff_ffff;
