/**
 * Some stretches of an input kept in memory, so that they can be read in any order and again: of a stream, which gives its bytes once,
 * and of a server, which is better asked once.
 */

import type { BlockSource } from './blocks.js';

export interface Stretch {
  position: number;
  bytes: number;
}

/**
 * Reads the stretches in the order of their positions; what lies in none of them cannot be read afterwards, nor what is behind the end of
 * the input. Stretches may share bytes. Closing it leaves the input open.
 */
export async function keptBlocks(source: BlockSource, stretches: readonly Stretch[]): Promise<BlockSource> {
  const kept: { position: number; bytes: Uint8Array }[] = [];
  for (const { position, bytes } of joined(stretches)) {
    const room = new Uint8Array(bytes);
    const count = await source.read(room, position);
    kept.push({ position, bytes: room.subarray(0, count) });
  }
  const readNow = (target: Uint8Array, position: number): number => {
    const stretch = kept.find((one) => position >= one.position && position <= one.position + one.bytes.length);
    const taken = stretch?.bytes.subarray(position - stretch.position).subarray(0, target.length);
    if (taken === undefined) return 0;
    target.set(taken);
    return taken.length;
  };
  return { readNow, read: async (target, position) => readNow(target, position), close: async () => undefined };
}

/** In order and without overlaps. */
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
