/** A model opened for work on its tensor data: the header, and the bytes behind it. */

import { createReadStream } from 'node:fs';
import { type BlockSource, decodeThenBlocks, openBlocks } from '../bytes/blocks.js';
import { readLocation } from '../explain.js';
import { decodeHeader, type GgufFile } from '../gguf/decode.js';
import type { Location } from '../locate/locate.js';

export interface OpenModel {
  file: GgufFile;
  blocks: BlockSource;
}

/** Throws as the reading of a header does. Who gets the blocks closes them. */
export async function openWeights(location: Location): Promise<OpenModel> {
  if (location.kind === 'file') return { file: await readLocation(location), blocks: openBlocks(location.path) };
  const stream = createReadStream(location.path ?? '', location.path === null ? { fd: 0 } : {});
  const { value: file, blocks } = await decodeThenBlocks(stream, decodeHeader);
  return { file, blocks };
}
