import { SPLIT_KEYS, shardOf } from '../../model/shard-keys.js';
import type { Check } from '../check.js';
import { isSurplus } from '../sets-of-neighbors.js';

/** Files that are named as shards beyond the last one: the loader never opens them, so they are left over from another split. */
export const shardSurplus: Check = {
  code: 'shard-surplus',
  judge(model, { fileName, neighbours }) {
    if (shardOf(model) === null) return [];
    const names = [...(fileName === null ? [] : [fileName]), ...neighbours.map((other) => other.fileName)];
    const surplus = names.filter(isSurplus).sort();
    const [first] = surplus;
    if (first === undefined) return [];
    const facts = { count: surplus.length, otherFile: first };
    return [{ code: 'shard-surplus', place: { key: SPLIT_KEYS.count.key }, facts }];
  },
};
