import { ownEntry } from '../../model/entries.js';
import { atLayer, type PerLayer } from '../../model/hyperparameters.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isKnownModel } from '../subjects.js';

/** Each key/value head serves the same number of query heads; ggml multiplies no other shapes. */
export const headsUneven: Check = {
  code: 'heads-uneven',
  judge(model) {
    const { headCount, headCountKv } = model.hyperparameters;
    const entry = ownEntry(model, 'attention.head_count_kv') ?? ownEntry(model, 'attention.head_count');
    if (!isKnownModel(model) || entry === undefined) return [];
    for (let layer = 0; layer < Math.max(lengthOf(headCount), lengthOf(headCountKv)); layer++) {
      const heads = atLayer(headCount, layer);
      const kv = atLayer(headCountKv, layer);
      if (heads === null || kv === null || kv === 0 || heads % kv === 0) continue;
      return [{ code: 'heads-uneven', place: entryPlace(entry), facts: { heads, kv, layer } }];
    }
    return [];
  },
};

function lengthOf(value: PerLayer | null): number {
  return Array.isArray(value) ? value.length : 1;
}
