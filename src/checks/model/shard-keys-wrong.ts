import type { Finding } from '../../gguf/finding.js';
import { entryOf, typeOf } from '../../model/entries.js';
import { SPLIT_KEYS, shardOf } from '../../model/shard-keys.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';

/** What the loader asks of the keys of a shard: their presence, their types, and a number below the count. */
export const shardKeysWrong: Check = {
  code: 'shard-keys-wrong',
  judge(model) {
    const shard = shardOf(model);
    if (shard === null) return [];
    const later = (shard.no ?? 0) > 0;
    const wrong: Finding[] = [];
    for (const { key, type } of Object.values(SPLIT_KEYS)) {
      const entry = entryOf(model.file, key);
      // Of the later shards only the number is read.
      if (entry === undefined && !(later && key !== SPLIT_KEYS.no.key)) {
        wrong.push(finding({ key }, key, 'is missing'));
      } else if (entry !== undefined && entry.type !== type) {
        wrong.push(finding(entryPlace(entry), key, `is of type ${typeOf(entry)}, not ${type}`));
      }
    }
    const { no, count } = shard;
    if (no !== null && count !== null && no >= count) {
      const { key } = SPLIT_KEYS.no;
      wrong.push(finding(entryPlace(entryOf(model.file, key)!), key, `is ${no} in a set of ${count}, counted from 0`));
    }
    return wrong;
  },
};

function finding(place: Finding['place'], key: string, what: string): Finding {
  return { code: 'shard-keys-wrong', place, facts: { key, what } };
}
