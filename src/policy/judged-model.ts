/** A policy judges a model. If the model has several files, each is judged with the tensors of all. */

import type { Surroundings } from '../checks/surroundings.js';
import { type GgufFile, metadataValue } from '../gguf/decode.js';
import { interpret, type Model } from '../model/model.js';

export interface WholeModel {
  model: Model;
  /** Each file of the model, in order. */
  files: readonly GgufFile[];
  /** The number of files that the model states. */
  count: number;
}

/** Collects the shards of a model. llama.cpp numbers them with 16 bits (`split.no`, `split.count`); the first one has the metadata. */
export function wholeModel(model: Model, { neighbors }: Surroundings): WholeModel {
  const count = numberOf(model.file, 'split.count') ?? 1;
  if (count < 2) return { model, files: [model.file], count: 1 };
  const shards = new Map<number, GgufFile>();
  for (const file of [model.file, ...neighbors.flatMap((neighbor) => neighbor.model?.file ?? [])]) {
    const place = numberOf(file, 'split.no');
    if (place === undefined || place >= count || numberOf(file, 'split.count') !== count) continue;
    if (!shards.has(place)) shards.set(place, file);
  }
  const files = [...shards].sort(([a], [b]) => a - b).map(([, file]) => file);
  const first = shards.get(0);
  if (first === undefined || files.length < count) return { model, files, count };
  return { model: interpret({ ...first, tensors: files.flatMap(({ tensors }) => tensors) }), files, count };
}

function numberOf(file: GgufFile, key: string): number | undefined {
  const value = metadataValue(file, key);
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}
