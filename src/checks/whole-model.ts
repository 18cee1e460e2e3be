/** Models that can be judged as a whole, with the tensors of all shards. Parts of models are excluded. */

import { metadataValue } from '../gguf/decode.js';
import { type Stock, takeStock } from '../model/inventory/required-tensors.js';
import { kindOf } from '../model/kind.js';
import type { Model, ModelTensor } from '../model/model.js';
import type { Judged, Subject } from './applies-to.js';
import type { Surroundings } from './surroundings.js';

export interface WholeModel {
  architecture: string;
  /** The file with the metadata: for a split model, the first shard. */
  file: Model['file'];
  /** The tensors of all shards. */
  tensors: readonly ModelTensor[];
  names: ReadonlySet<string>;
  /** The required tensors compared with the stored ones; null if the requirements are not known. */
  stock: Stock | null;
}

/** Several rules need the same whole model, so it is assembled and compared with its architecture only once. */
const KNOWN = new WeakMap<Model, { neighbors: Surroundings['neighbors']; whole: WholeModel | null }>();

/**
 * Excludes projectors, adapters, vocabularies and statistics, files without tensors or without an architecture, later shards, and a first
 * shard of an incomplete set.
 */
export const wholeModel: Subject<{ whole: WholeModel }> = {
  what: 'language models whose tensors are all present',
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

/** The shards in order; null if this is not the first shard, or if one is missing. */
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
