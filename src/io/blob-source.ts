/** A Blob or File as a source: it can be read at any position, but only asynchronously. */

import type { BlockSource } from './block-source.js';

/** Bytes read at a time from its start: most headers are longer, and unused bytes are dropped. */
const CHUNK_BYTES = 256 * 1024;

/** The bytes of a blob from its start. Only the chunks that are requested are read. */
export async function* blobChunks(blob: Blob): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < blob.size; at += CHUNK_BYTES) yield await bytesOf(blob, at, CHUNK_BYTES);
}

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
