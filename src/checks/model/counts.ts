/** Hyperparameters that must be consistent: heads, the length of a head, experts. */

import { architectureOf } from '../../architectures/book.js';
import { asArray, ownEntry, ownKey, ownNumber } from '../../model/entries.js';
import { atLayer, distinct, type PerLayer } from '../../model/hyperparameters.js';
import { knownModel } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace } from '../place.js';

export const COUNT_CHECKS = [
  /** Each key/value head serves the same number of query heads; ggml cannot multiply other shapes. */
  defineCheck({
    code: 'heads-uneven',
    group: 'model',
    level: 'error',
    says: '{heads, head} cannot share {kv} key/value heads evenly (layer {layer})',
    hint: 'compare both numbers with the config.json of the original, and convert the model again',
    appliesTo: knownModel,
    judge({ model }) {
      const { headCount, headCountKv } = model.hyperparameters;
      const entry = ownEntry(model, 'attention.head_count_kv') ?? ownEntry(model, 'attention.head_count');
      if (entry === undefined) return [];
      for (let layer = 0; layer < Math.max(lengthOf(headCount), lengthOf(headCountKv)); layer++) {
        const heads = atLayer(headCount, layer);
        const kv = atLayer(headCountKv, layer);
        if (heads === null || kv === null || kv === 0 || heads % kv === 0) continue;
        return [{ place: entryPlace(entry), facts: { heads, kv, layer } }];
      }
      return [];
    },
  }),
  /** Without a key for it, the length of a head is the embedding length divided by the number of heads, rounded down. */
  defineCheck({
    code: 'head-length-uneven',
    group: 'model',
    level: 'warning',
    says: 'an embedding of {embedding} is not a multiple of {heads, head}, and no key states the length of a head',
    hint: 'llama.cpp rounds down to {length}; set attention.key_length to state the length',
    appliesTo: knownModel,
    judge({ model }) {
      const { embeddingLength, headCount } = model.hyperparameters;
      const heads = Math.max(0, ...distinct(headCount));
      const entry = ownEntry(model, 'attention.head_count');
      if (entry === undefined || embeddingLength === null || heads === 0) return [];
      if (ownNumber(model, 'attention.key_length') !== null || embeddingLength % heads === 0) return [];
      const facts = { embedding: embeddingLength, heads, length: Math.floor(embeddingLength / heads) };
      return [{ place: entryPlace(entry), facts }];
    },
  }),
  /** Dimensions are rotated in pairs, and their number cannot exceed the length of a head. */
  defineCheck({
    code: 'rope-dimensions-wrong',
    group: 'model',
    level: 'error',
    says: 'rope.dimension_count is {found}; with heads of this length it must be {expected}',
    hint: 'compare it with the config.json of the original, and convert the model again',
    appliesTo: knownModel,
    judge({ model }) {
      const { architecture, keyLength } = model.hyperparameters;
      const entry = ownEntry(model, 'rope.dimension_count');
      const found = ownNumber(model, 'rope.dimension_count');
      if (entry === undefined || found === null || keyLength === null) return [];
      const whole = architectureOf(architecture)?.turnsWholeHeads === true;
      const longest = Math.max(
        keyLength,
        ownNumber(model, 'attention.key_length_mla') ?? 0,
        ownNumber(model, 'attention.key_length_swa') ?? 0,
      );
      if (found % 2 === 0 && found <= longest && (!whole || found === keyLength)) return [];
      const expected = whole ? String(keyLength) : `an even number up to ${longest}`;
      return [{ place: entryPlace(entry), facts: { found, expected } }];
    },
  }),
  /**
   * The loader asserts that the number of experts for each token is at least 1 and at most the number of experts, or 0 if there are none.
   */
  defineCheck({
    code: 'experts-used-wrong',
    group: 'model',
    level: 'error',
    says: '{key} is {used}, but the model has {count, expert}',
    hint: 'each token goes through at least one expert and at most all of them',
    appliesTo: knownModel,
    judge({ model }) {
      const { expertCount, expertUsedCount, ...hyperparameters } = model.hyperparameters;
      const entry = ownEntry(model, 'expert_used_count') ?? ownEntry(model, 'expert_count');
      if (entry === undefined || asArray(entry) !== null) return [];
      const count = expertCount ?? 0;
      const used = expertUsedCount ?? 0;
      if (used <= count && used > 0 === count > 0) return [];
      const key = ownKey(model.hyperparameters, 'expert_used_count');
      const facts = { key, used, count, architecture: hyperparameters.architecture ?? '' };
      return [{ place: entryPlace(entry), facts }];
    },
  }),
];

function lengthOf(value: PerLayer | null): number {
  return Array.isArray(value) ? value.length : 1;
}
