import { metadataValue } from '../../gguf/decode.js';
import type { Model } from '../../model/model.js';
import { SPLIT_KEYS, shardOf } from '../../model/shard-keys.js';
import type { Check } from '../check.js';
import { isSurplus } from '../sets-of-neighbors.js';

/** Keys that two shards of one set cannot disagree about where both have them. */
const COMMON = [
  ...[SPLIT_KEYS.count.key, SPLIT_KEYS.tensorCount.key],
  ...['general.architecture', 'general.name', 'general.uuid', 'general.file_type'],
];

/** Shards that are named as one set and are not: of another split, of another model, or the same one twice. */
export const shardsMixed: Check = {
  code: 'shards-mixed',
  judge(model, { fileName: own, neighbours }) {
    // A surplus file has a finding of its own.
    if (shardOf(model) === null || (own !== null && isSurplus(own))) return [];
    for (const { fileName, model: other } of neighbours) {
      const difference = other === null || isSurplus(fileName) ? null : differenceOf(model, other);
      if (difference === null) continue;
      const facts = { ...difference, otherFile: fileName };
      return [{ code: 'shards-mixed', place: { key: difference.key }, facts }];
    }
    return [];
  },
};

function differenceOf(model: Model, other: Model): { key: string; found: string; other: string } | null {
  const [mine, its] = [shardOf(model), shardOf(other)];
  if (its === null) return { key: SPLIT_KEYS.count.key, found: String(mine?.count), other: 'nothing' };
  if (mine?.no === its.no) return { key: SPLIT_KEYS.no.key, found: String(mine?.no), other: String(its.no) };
  for (const key of COMMON) {
    const [here, there] = [metadataValue(model.file, key), metadataValue(other.file, key)];
    if (here === undefined || there === undefined || String(here) === String(there)) continue;
    return { key, found: String(here), other: String(there) };
  }
  return null;
}
