/** Models that can be judged as a whole: by the tensors of all their shards, and by nothing that is only a part. */

import { metadataValue } from '../gguf/decode.js';
import { type Stock, takeStock } from '../model/inventory/required-tensors.js';
import { kindOf } from '../model/kind.js';
import type { Model, ModelTensor } from '../model/model.js';
import type { Judged, Subject } from './applies-to.js';
import type { Surroundings } from './surroundings.js';

export interface WholeModel {
  architecture: string;
  /** The metadata, which the first shard has for all of them. */
  file: Model['file'];
  /** Tensors of all shards. */
  tensors: readonly ModelTensor[];
  names: ReadonlySet<string>;
  /** What its architecture asks for against what is there; null where that is not known. */
  stock: Stock | null;
}

/** Several rules ask about the same model: it is put together, and compared with what its architecture asks for, once. */
const KNOWN = new WeakMap<Model, { neighbors: Surroundings['neighbors']; whole: WholeModel | null }>();

/**
 * Not for projectors, adapters, vocabularies and statistics, files without tensors or without an architecture, later shards, and a
 * first shard whose others are not all there.
 */
export const wholeModel: Subject<{ whole: WholeModel }> = {
  what: 'language models whose tensors are all there',
  find(judged) {
    const { model, neighbors } = judged;
    let known = KNOWN.get(model);
    if (known?.neighbors !== neighbors) {
      known = { neighbors, whole: putTogether(judged) };
      KNOWN.set(model, known);
    }
    return known.whole === null ? null : { whole: known.whole };
  },
};

function putTogether({ model, neighbors }: Judged): WholeModel | null {
  const { architecture } = model.hyperparameters;
  if (architecture === null || kindOf(model) !== 'model') return null;
  const shards = allShards(model, neighbors);
  const tensors = shards?.flatMap((shard) => shard.tensors) ?? [];
  if (tensors.length === 0) return null;
  const names = new Set(tensors.map(({ name }) => name));
  return { architecture, file: model.file, tensors, names, stock: takeStock(architecture, model.file, names) };
}

/** The shards by their numbers; null where this is not the first one, or one is missing. */
function allShards(model: Model, neighbors: Surroundings['neighbors']): Model[] | null {
  const count = metadataValue(model.file, 'split.count');
  if (typeof count !== 'number' || count < 2) return [model];
  if (metadataValue(model.file, 'split.no') !== 0 || neighbors.length !== count - 1) return null;
  const shards = [model];
  for (const neighbor of neighbors) {
    const number = neighbor.model === null ? undefined : metadataValue(neighbor.model.file, 'split.no');
    if (typeof number !== 'number' || shards[number] !== undefined) return null;
    shards[number] = neighbor.model as Model;
  }
  return shards.length === count ? shards : null;
}
