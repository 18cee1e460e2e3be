/** The set that a shard belongs to, as far as it is there. */

import type { Model } from '../model/model.js';
import { type Shard, shardOf } from '../model/shard-keys.js';
import { isOfSet, readShardName } from '../words/shard-names.js';
import type { Judged } from './applies-to.js';

export interface Sibling {
  fileName: string;
  model: Model;
  shard: Shard;
}

/** The other shards that are there and can be read. Empty for a surplus file. */
export function siblings({ fileName: own, neighbors }: Judged): Sibling[] {
  // A surplus file has a finding of its own, and no part in the set.
  if (own !== null && isSurplus(own)) return [];
  return neighbors.flatMap(({ fileName, model: other }) => {
    const shard = other === null ? null : shardOf(other);
    return other === null || shard === null || isSurplus(fileName) ? [] : [{ fileName, model: other, shard }];
  });
}

/** Whether a name is that of a shard, and of none that its set can have. */
export function isSurplus(fileName: string): boolean {
  const name = readShardName(fileName);
  return name !== null && !isOfSet(name);
}
