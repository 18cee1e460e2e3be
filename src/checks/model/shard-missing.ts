import { SPLIT_KEYS, shardOf } from '../../model/shard-keys.js';
import { isSameSet, readShardName, shardName } from '../../words/shard-names.js';
import type { Check } from '../check.js';

/** Goes by the names, as the loader does: all from 1 to the count must be there and be readable. */
export const shardMissing: Check = {
  code: 'shard-missing',
  judge(model, { fileName, neighbours, looked }) {
    const name = fileName === null ? null : readShardName(fileName);
    if (name === null || !looked || shardOf(model) === null) return [];
    const there = new Set([name.no]);
    for (const other of neighbours) {
      const sibling = other.model === null ? null : readShardName(other.fileName);
      if (sibling !== null && isSameSet(name, sibling)) there.add(sibling.no);
    }
    let count = 0;
    let example: number | undefined;
    for (let no = 0; no < name.count; no++) {
      if (there.has(no)) continue;
      count++;
      example ??= no;
    }
    if (example === undefined) return [];
    const facts = { count, of: name.count, example: shardName(name.stem, example, name.count, name.extension) };
    return [{ code: 'shard-missing', place: { key: SPLIT_KEYS.count.key }, facts }];
  },
};
