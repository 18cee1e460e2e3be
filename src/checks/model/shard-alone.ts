import { SPLIT_KEYS, shardOf } from '../../model/shard-keys.js';
import type { Check } from '../check.js';

/** Whoever has one shard alone cannot say whether the set is whole. */
export const shardAlone: Check = {
  code: 'shard-alone',
  judge(model, { fileName, looked }) {
    const shard = shardOf(model);
    if (shard === null || (looked && fileName !== null)) return [];
    const { no, count } = shard;
    const facts = { shard: no === null ? 'one shard' : `shard ${no + 1}`, count: count === null ? 'several' : count };
    return [{ code: 'shard-alone', place: { key: SPLIT_KEYS.count.key }, facts }];
  },
};
