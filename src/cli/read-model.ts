/** The first half of every command about a model: find it, read its header, understand it. */

import type { GgufFile } from '../gguf/decode.js';
import type { KeepWhole } from '../gguf/reader.js';
import { located } from '../locate/locate.js';
import { type Model, understand } from '../model/model.js';
import { readLocation } from '../read-location.js';
import { locateTarget } from './locate-target.js';

export async function readHeader(target: string, keepWhole?: KeepWhole): Promise<GgufFile> {
  const read = readLocation(locateTarget(target), { keepWhole });
  return read instanceof Promise ? await read : read;
}

/** Some models, each with the files that belong to it under the same name. */
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
  return read;
}

export async function readModel(target: string): Promise<Model> {
  return understand(await readHeader(target));
}
