import { readShardName, shardName } from '../../guide/shard-names.js';
import { SPLIT_KEYS, shardOf } from '../../model/shards.js';
import type { Check } from '../check.js';

/** Goes by the names, as the loader does: all from 1 to the count must be there and be readable. */
export const shardMissing: Check = {
  code: 'shard-missing',
  judge(model, { fileName, neighbours, looked }) {
    const name = fileName === null ? null : readShardName(fileName);
    if (name === null || !looked || shardOf(model) === null) return [];
    const there = new Set(neighbours.filter((other) => other.model !== null).map((other) => other.fileName));
    const all = Array.from({ length: name.count }, (_, no) => shardName(name.stem, no, name.count));
    const missing = all.filter((wanted) => wanted !== fileName && !there.has(wanted));
    if (missing.length === 0) return [];
    const facts = { count: missing.length, of: name.count, example: missing[0] as string };
    return [{ code: 'shard-missing', place: { key: SPLIT_KEYS.count.key }, facts }];
  },
};
