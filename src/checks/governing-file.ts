/** Which file says what a file's tensors must be like: itself, or for a later shard, which has no metadata, the first of its set. */

import type { Model } from '../model/model.js';
import { isLaterShard, shardOf } from '../model/shard-keys.js';
import type { Surroundings } from './check.js';

/** Null where the first shard is not known. */
export function governing(model: Model, { neighbours }: Surroundings): Model | null {
  if (!isLaterShard(model)) return model;
  const first = neighbours.find((other) => other.model !== null && shardOf(other.model)?.no === 0);
  return first?.model ?? null;
}
