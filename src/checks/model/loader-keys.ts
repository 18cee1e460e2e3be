/** The keys that a loader reads: whether they are there, of which type, in which range. */

import { demandsOf, PROJECTOR_DEMANDS } from '../../model/architecture-demands.js';
import { asArray, entryOf, ownEntry, ownKey, ownNumber, typeOf } from '../../model/entries.js';
import { demandedType, isOfType, typeInWords } from '../../model/key-types.js';
import type { Model } from '../../model/model.js';
import { MOST_EXPERTS, MOST_LAYERS } from '../../words/llama-cpp.js';
import {
  anyFile,
  isAdapter,
  isKnownModel,
  isProjector,
  isTokenized,
  knownModel,
  projectorOrModel,
} from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace } from '../place.js';

/** What llama.cpp has room for, and what cannot be 0. */
const RANGES: Readonly<Record<string, { least: number; most?: number }>> = {
  embedding_length: { least: 1 },
  block_count: { least: 1, most: MOST_LAYERS },
  expert_count: { least: 0, most: MOST_EXPERTS },
};

/** Keys that hold one value for all layers or one for each. */
const PER_LAYER = [
  ...['feed_forward_length', 'attention.head_count', 'attention.head_count_kv', 'attention.sliding_window_pattern'],
  ...['attention.recurrent_layers', 'expert_used_count', 'swiglu_clamp_exp', 'swiglu_clamp_shexp'],
];

export const LOADER_KEY_CHECKS = [
  /** Keys without which the loader stops, and counts without which the tensors that are there cannot be taken. */
  defineCheck({
    code: 'key-missing',
    group: 'model',
    level: 'error',
    says: 'no {key}, which the loader of llama.cpp demands',
    hint: 'convert the model again with a converter that knows its architecture',
    appliesTo: projectorOrModel,
    judge({ model }) {
      const missing = demanded(model).filter((key) => entryOf(model.file, key) === undefined);
      return missing.map((key) => ({ place: { key }, facts: { key } }));
    },
  }),
  /** The loader asks for one type under each key and does not convert. */
  defineCheck({
    code: 'key-wrong-type',
    group: 'model',
    level: 'error',
    says: '{key} is of type {found}; the loader of llama.cpp takes {expected}',
    appliesTo: anyFile,
    judge({ model }) {
      const known = isKnownModel(model) || isTokenized(model) || isProjector(model) || isAdapter(model);
      return model.file.metadata.flatMap((entry) => {
        if (!known && entry.key !== 'general.architecture') return [];
        const type = demandedType(entry.key, model.hyperparameters.architecture);
        if (type === undefined || isOfType(entry, type)) return [];
        const facts = { key: entry.key, found: typeOf(entry), expected: typeInWords(type) };
        return [{ place: entryPlace(entry), facts }];
      });
    },
  }),
  defineCheck({
    code: 'value-out-of-range',
    group: 'model',
    level: 'error',
    says: '{key} is {found}; llama.cpp takes {expected}',
    appliesTo: knownModel,
    judge({ model }) {
      return Object.entries(RANGES).flatMap(([key, { least, most = Number.POSITIVE_INFINITY }]) => {
        const entry = ownEntry(model, key);
        const found = ownNumber(model, key);
        if (entry === undefined || found === null || (found >= least && found <= most)) return [];
        const facts = { key: entry.key, found, expected: found < least ? `at least ${least}` : `at most ${most}` };
        return [{ place: entryPlace(entry), facts }];
      });
    },
  }),
  /** The loader takes an array only with exactly as many values as there are layers (get_key_or_arr). */
  defineCheck({
    code: 'per-layer-length',
    group: 'model',
    level: 'error',
    says: '{key} has {found, value} for {expected, layer}',
    appliesTo: knownModel,
    judge({ model }) {
      const { blockCount } = model.hyperparameters;
      if (blockCount === null) return [];
      // Layers for next-token prediction slide no window of their own in some designs.
      const main = blockCount - (ownNumber(model, 'nextn_predict_layers') ?? 0);
      return PER_LAYER.flatMap((key) => {
        const entry = ownEntry(model, key);
        const array = asArray(entry);
        if (entry === undefined || array === null || array.count === blockCount) return [];
        if (key === 'attention.sliding_window_pattern' && array.count === main) return [];
        const facts = { key: entry.key, found: array.count, expected: blockCount };
        return [{ place: entryPlace(entry), facts }];
      });
    },
  }),
];

function demanded(model: Model): readonly string[] {
  if (isProjector(model)) {
    return Object.entries(PROJECTOR_DEMANDS).flatMap(([part, keys]) =>
      entryOf(model.file, `clip.${part}`)?.value === true ? keys.map((key) => `clip.${key}`) : [],
    );
  }
  const has = (group: string) =>
    model.tensors.some(({ classified, roleRow }) => classified.component === 'text' && roleRow.group === group);
  const { hyperparameters } = model;
  return [
    ...demandsOf(hyperparameters.architecture as string, model.file),
    // Missing counts are taken for 0, which fits no matrix.
    ...(has('attention') ? [ownKey(hyperparameters, 'attention.head_count')] : []),
    ...(has('feed-forward') ? [ownKey(hyperparameters, 'feed_forward_length')] : []),
  ];
}
