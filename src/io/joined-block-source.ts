/** Several inputs as one, as if they were concatenated: for work on data that is spread over files. */

import type { BlockSource } from './block-source.js';

/** An input and the position of its first byte in the whole; opened on first read. */
export interface Part {
  start: number;
  open(): Promise<BlockSource>;
}

/** Joins at least one part, in the order of their starts. If a part is shorter than the space for it, a read ends there. */
export function joinBlocks(parts: readonly Part[]): BlockSource {
  const opened = new Map<number, Promise<BlockSource>>();
  const sourceOf = (index: number): Promise<BlockSource> => {
    const source = opened.get(index) ?? (parts[index] as Part).open();
    opened.set(index, source);
    return source;
  };
  return {
    async read(target, position) {
      let done = 0;
      let index = parts.findLastIndex(({ start }) => start <= position);
      while (done < target.length && index < parts.length) {
        const from = position + done - (parts[index] as Part).start;
        const room = (parts[index + 1]?.start ?? Number.POSITIVE_INFINITY) - (position + done);
        const wanted = target.subarray(done, done + Math.min(target.length - done, room));
        const count = await (await sourceOf(index)).read(wanted, from);
        done += count;
        if (count < wanted.length) break;
        index++;
      }
      return done;
    },
    async close() {
      const sources = await Promise.allSettled(opened.values());
      await Promise.all(sources.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
    },
  };
}
