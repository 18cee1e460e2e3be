/** A Blob or File as a source: it can be read at any place, though never without waiting. */

import type { BlockSource } from './block-source.js';

/** As much as is read at once of its start: a header is mostly longer, and what is too much is not kept. */
const CHUNK_BYTES = 256 * 1024;

/** The bytes of a blob from its start. What is not asked for is not read. */
export async function* blobChunks(blob: Blob): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < blob.size; at += CHUNK_BYTES) yield await bytesOf(blob, at, CHUNK_BYTES);
}

/** The blocks of a blob. */
export function blobBlocks(blob: Blob): BlockSource {
  return {
    async read(target, position) {
      const bytes = await bytesOf(blob, position, target.length);
      target.set(bytes);
      return bytes.length;
    },
    close: async () => undefined,
  };
}

async function bytesOf(blob: Blob, position: number, length: number): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(position, position + length).arrayBuffer());
}
