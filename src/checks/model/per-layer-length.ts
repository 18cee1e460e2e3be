import { asArray, ownEntry, ownNumber } from '../../model/entries.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isKnownModel } from '../subjects.js';

/** Keys that hold one value for all layers or one for each. */
const PER_LAYER = [
  ...['feed_forward_length', 'attention.head_count', 'attention.head_count_kv', 'attention.sliding_window_pattern'],
  ...['attention.recurrent_layers', 'expert_used_count', 'swiglu_clamp_exp', 'swiglu_clamp_shexp'],
];

/** The loader takes an array only with exactly as many values as there are layers (get_key_or_arr). */
export const perLayerLength: Check = {
  code: 'per-layer-length',
  judge(model) {
    const { blockCount } = model.hyperparameters;
    if (!isKnownModel(model) || blockCount === null) return [];
    // Layers for next-token prediction slide no window of their own in some designs.
    const main = blockCount - (ownNumber(model, 'nextn_predict_layers') ?? 0);
    return PER_LAYER.flatMap((key) => {
      const entry = ownEntry(model, key);
      const array = asArray(entry);
      if (entry === undefined || array === null || array.count === blockCount) return [];
      if (key === 'attention.sliding_window_pattern' && array.count === main) return [];
      const facts = { key: entry.key, found: array.count, expected: blockCount };
      return [{ code: 'per-layer-length', place: entryPlace(entry), facts }];
    });
  },
};
