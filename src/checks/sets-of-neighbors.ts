/** The set that a shard belongs to, as far as its files are present. */

import type { Model } from '../model/model.js';
import { type Shard, shardOf } from '../model/shard-keys.js';
import { isOfSet, readShardName } from '../words/shard-names.js';
import type { Judged } from './applies-to.js';

export interface Sibling {
  fileName: string;
  model: Model;
  shard: Shard;
}

/** The other shards that are present and readable. Empty for a surplus file. */
export function siblings({ fileName: own, neighbors }: Judged): Sibling[] {
  // A surplus file has a separate finding and does not belong to the set.
  if (own !== null && isSurplus(own)) return [];
  return neighbors.flatMap(({ fileName, model: other }) => {
    const shard = other === null ? null : shardOf(other);
    return other === null || shard === null || isSurplus(fileName) ? [] : [{ fileName, model: other, shard }];
  });
}

/** Whether a name is that of a shard whose number is beyond the count of its set. */
export function isSurplus(fileName: string): boolean {
  const name = readShardName(fileName);
  return name !== null && !isOfSet(name);
}
