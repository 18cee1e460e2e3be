/** The first half of every command about a model: find it, read its header, understand it. */

import { readLocation } from '../explain.js';
import type { GgufFile } from '../gguf/decode.js';
import type { KeepWhole } from '../gguf/reader.js';
import { locate } from '../locate/locate.js';
import { type Model, understand } from '../model/model.js';

export async function readHeader(target: string, keepWhole?: KeepWhole): Promise<GgufFile> {
  const read = readLocation(locate(target), keepWhole);
  return read instanceof Promise ? await read : read;
}

export async function readModel(target: string): Promise<Model> {
  return understand(await readHeader(target));
}
