import { SPLIT_KEYS, shardOf } from '../../model/shard-keys.js';
import type { Check } from '../check.js';
import { siblings } from '../sets-of-neighbors.js';

/** The loader counts the tensors of all shards and compares; so it can be done only where all are there. */
export const shardTensorTotal: Check = {
  code: 'shard-tensor-total',
  judge(model, surroundings) {
    const own = shardOf(model);
    const others = siblings(model, surroundings);
    if (own === null || own.count === null || others.length + 1 !== own.count) return [];
    const all = [own, ...others.map(({ shard }) => shard)];
    const expected = all.find(({ no }) => no === 0)?.tensorCount ?? own.tensorCount;
    const found = others.reduce((sum, other) => sum + other.model.tensors.length, model.tensors.length);
    if (expected === null || found === expected) return [];
    const { key } = SPLIT_KEYS.tensorCount;
    return [{ code: 'shard-tensor-total', place: { key }, facts: { found, expected } }];
  },
};
