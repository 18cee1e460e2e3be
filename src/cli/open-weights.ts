/** A model opened for work on its tensor data: the header, and the bytes behind it. */

import { decodeHeader, type GgufFile } from '../gguf/decode.js';
import { type BlockSource, decodeThenBlocks, openBlocks } from '../io/block-source.js';
import { joinBlocks } from '../io/joined-block-source.js';
import { fileChunks } from '../io/open-file.js';
import type { Found, OneFile, ShardsLocation, StreamLocation } from '../locate/location.js';
import { aboutTarget, readLocation } from '../read-location.js';

export interface OpenWeights {
  file: GgufFile;
  blocks: BlockSource;
}

/** Throws as `readLocation` does. Who gets the blocks closes them. */
export async function openWeights(location: Found): Promise<OpenWeights> {
  if (location.kind === 'stream') return await openStream(location);
  const file = await readLocation(location);
  return { file, blocks: location.kind === 'shards' ? await openShards(location, file) : await openFile(location) };
}

async function openStream({ path, name }: StreamLocation): Promise<OpenWeights> {
  const stream = fileChunks(path);
  try {
    const { value: file, blocks } = await decodeThenBlocks(stream, (window) => decodeHeader(window));
    return { file, blocks };
  } catch (error) {
    throw aboutTarget(error, name);
  }
}

async function openFile(location: OneFile): Promise<BlockSource> {
  if (location.kind === 'file') return openBlocks(location.path);
  const { httpBlocks } = await import('../io/http/http-block-source.js');
  return httpBlocks(location.file);
}

async function openShards({ shards }: ShardsLocation, { set }: GgufFile): Promise<BlockSource> {
  const parts = (set?.files ?? []).map(({ start, number }) => {
    const shard = shards.find((one) => one.number === number) as ShardsLocation['shards'][number];
    return { start, open: () => openFile(shard.location) };
  });
  return joinBlocks(parts);
}
