/** The first half of every command about a model: find it, read its header, understand it. */

import type { GgufFile } from '../gguf/decode.js';
import { MAX_ELEMENTS } from '../gguf/limits.js';
import type { KeepWhole } from '../gguf/reader.js';
import { located } from '../locate/locate.js';
import { type Model, understand } from '../model/model.js';
import { readLocation } from '../read-location.js';
import { locateTarget } from './locate-target.js';
import { UsageError } from './usage-error.js';

export async function readHeader(target: string, keepWhole?: KeepWhole): Promise<GgufFile> {
  const read = readLocation(locateTarget(target), { keepWhole });
  return read instanceof Promise ? await read : read;
}

/**
 * Some models, each with the files that belong to it under the same name. Throws UsageError where all of them together claim more
 * numbers than one may (`MAX_ELEMENTS`): their sizes are added up.
 */
export async function readWithCompanions(targets: readonly string[]): Promise<{ name: string; model: Model }[]> {
  const read: { name: string; model: Model }[] = [];
  for (const target of targets) {
    const location = await located(locateTarget(target));
    const companions = location.kind === 'file' ? (location.companions ?? []) : [];
    read.push({ name: target, model: understand(await readLocation(location)) });
    for (const { name, path } of companions) {
      read.push({ name, model: understand(await readLocation({ kind: 'file', name, path })) });
    }
  }
  const elements = read.flatMap(({ model }) => model.tensors).reduce((sum, tensor) => sum + tensor.elements, 0);
  if (elements > MAX_ELEMENTS) {
    const message = `the files claim ${elements} numbers together; at most ${MAX_ELEMENTS} can be added up`;
    throw new UsageError('number-too-large', message, 'name fewer files, or leave out the one that claims so many');
  }
  return read;
}

export async function readModel(target: string): Promise<Model> {
  return understand(await readHeader(target));
}
