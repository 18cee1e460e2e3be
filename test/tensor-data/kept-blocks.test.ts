/** Parts of an input that are kept in memory: read once, in order, and returned in any order. */

import { describe, expect, it } from 'vitest';
import type { BlockSource } from '../../src/io/block-source.js';
import { keptBlocks } from '../../src/io/kept-block-source.js';

const CONTENT = Uint8Array.from({ length: 100 }, (_, i) => i);

/** A source that only goes forward, like a stream. */
function forwards(): { source: BlockSource; reads: [number, number][] } {
  const reads: [number, number][] = [];
  let at = 0;
  const source: BlockSource = {
    async read(target, position) {
      if (position < at) throw new Error('backwards');
      const taken = CONTENT.subarray(position, position + target.length);
      target.set(taken);
      reads.push([position, taken.length]);
      at = position + taken.length;
      return taken.length;
    },
    close: async () => undefined,
  };
  return { source, reads };
}

async function bytesAt(blocks: BlockSource, position: number, count: number): Promise<number[]> {
  const target = new Uint8Array(count);
  return [...target.subarray(0, await blocks.read(target, position))];
}

describe('kept blocks', () => {
  it('read overlapping parts once and in order', async () => {
    const { source, reads } = forwards();
    const kept = await keptBlocks(source, [
      { position: 50, bytes: 10 },
      { position: 10, bytes: 10 },
      { position: 15, bytes: 10 },
      { position: 40, bytes: 0 },
    ]);
    expect(reads).toEqual([
      [10, 15],
      [50, 10],
    ]);
    expect(await bytesAt(kept, 55, 5)).toEqual([55, 56, 57, 58, 59]);
    expect(await bytesAt(kept, 12, 3)).toEqual([12, 13, 14]);
  });

  it('end where a part or the input does', async () => {
    const kept = await keptBlocks(forwards().source, [{ position: 95, bytes: 20 }]);
    expect(await bytesAt(kept, 98, 10)).toEqual([98, 99]);
    expect(await bytesAt(kept, 20, 10)).toEqual([]);
  });
});
