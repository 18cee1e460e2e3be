/** The set that a shard belongs to, as far as it is there. */

import type { Model } from '../model/model.js';
import { type Shard, shardOf } from '../model/shards.js';
import type { Surroundings } from './check.js';

export interface Sibling {
  fileName: string;
  model: Model;
  shard: Shard;
}

/** The other shards that are there and can be read. Empty for a model that is not split. */
export function siblings(model: Model, { neighbours }: Surroundings): Sibling[] {
  if (shardOf(model) === null) return [];
  return neighbours.flatMap(({ fileName, model: other }) => {
    const shard = other === null ? null : shardOf(other);
    return other === null || shard === null ? [] : [{ fileName, model: other, shard }];
  });
}
