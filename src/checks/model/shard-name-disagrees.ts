import { SPLIT_KEYS, shardOf } from '../../model/shard-keys.js';
import { isGgufName, readShardName, shardName } from '../../words/shard-names.js';
import type { Check } from '../check.js';

/**
 * llama.cpp finds the other shards by the name of the first, and refuses one whose name says another number than its keys, or whose
 * extension is not in lower case.
 */
export const shardNameDisagrees: Check = {
  code: 'shard-name-disagrees',
  judge(model, { fileName }) {
    const shard = shardOf(model);
    if (shard === null || fileName === null || shard.no === null || shard.count === null) return [];
    const name = readShardName(fileName);
    const agrees = name !== null && name.no === shard.no && name.count === shard.count;
    if (agrees && name.extension === '.gguf') return [];
    const stem = name?.stem ?? (isGgufName(fileName) ? fileName.slice(0, -'.gguf'.length) : fileName);
    const facts = { found: fileName, expected: shardName(stem, shard.no, shard.count) };
    return [{ code: 'shard-name-disagrees', place: { key: SPLIT_KEYS.no.key }, facts }];
  },
};
