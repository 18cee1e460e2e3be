import { readShardName, shardName } from '../../guide/shard-names.js';
import { SPLIT_KEYS, shardOf } from '../../model/shards.js';
import type { Check } from '../check.js';

/** llama.cpp finds the other shards by the name of the first, and refuses one whose name says another number than its keys. */
export const shardNameDisagrees: Check = {
  code: 'shard-name-disagrees',
  judge(model, { fileName }) {
    const shard = shardOf(model);
    if (shard === null || fileName === null || shard.no === null || shard.count === null) return [];
    const name = readShardName(fileName);
    if (name !== null && name.no === shard.no && name.count === shard.count) return [];
    const stem = name?.stem ?? fileName.replace(/\.gguf$/, '');
    const facts = { found: fileName, expected: shardName(stem, shard.no, shard.count) };
    return [{ code: 'shard-name-disagrees', place: { key: SPLIT_KEYS.no.key }, facts }];
  },
};
