/** Checks the keys that a loader reads: presence, type and range. */

import type { MetadataEntry } from '../../gguf/metadata.js';
import { demandsOf, PROJECTOR_DEMANDS } from '../../model/architecture-demands.js';
import { asArray, entryOf, ownEntry, ownKey, ownNumber, typeOf } from '../../model/entries.js';
import {
  demandOf,
  isOfType,
  type KeyDemand,
  type LengthRange,
  lengthRange,
  typeInWords,
} from '../../model/key-types.js';
import type { Model } from '../../model/model.js';
import { formatInteger } from '../../words/format-quantity.js';
import { MOST_EXPERTS, MOST_LAYERS } from '../../words/llama-cpp.js';
import {
  anyFile,
  isAdapter,
  isKnownArchitecture,
  isProjector,
  isTokenized,
  knownModel,
  projectorOrModel,
} from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace } from '../place.js';

/** Upper limits of llama.cpp, and numbers that cannot be 0. */
const RANGES: Readonly<Record<string, { least: number; most?: number }>> = {
  embedding_length: { least: 1 },
  block_count: { least: 1, most: MOST_LAYERS },
  expert_count: { least: 0, most: MOST_EXPERTS },
};

export const LOADER_KEY_CHECKS = [
  /** Keys without which the loader fails, and counts without which it cannot use the stored tensors. */
  defineCheck({
    code: 'key-missing',
    group: 'model',
    level: 'error',
    says: 'no {key}, which the loader of llama.cpp requires',
    hint: 'convert the model again with a converter that knows its architecture',
    appliesTo: projectorOrModel,
    judge({ model }) {
      const missing = demanded(model).filter((key) => entryOf(model.file, key) === undefined);
      return missing.map((key) => ({ place: { key }, facts: { key } }));
    },
  }),
  /** The loader expects one type for each key and does not convert. */
  defineCheck({
    code: 'key-wrong-type',
    group: 'model',
    level: 'error',
    says: '{key} is of type {found}; the loader of llama.cpp accepts {expected}',
    hint: 'convert the model again with a current converter',
    appliesTo: anyFile,
    judge({ model }) {
      return readKeys(model).flatMap(({ entry, demand }) => {
        if (isOfType(entry, demand.type)) return [];
        const facts = { key: entry.key, found: typeOf(entry), expected: typeInWords(demand.type) };
        return [{ place: entryPlace(entry), facts }];
      });
    },
  }),
  defineCheck({
    code: 'value-out-of-range',
    group: 'model',
    level: 'error',
    says: '{key} is {found}; llama.cpp accepts {expected}',
    hint: 'compare it with the config.json of the original, and convert the model again',
    appliesTo: knownModel,
    judge({ model }) {
      return Object.entries(RANGES).flatMap(([key, { least, most = Number.POSITIVE_INFINITY }]) => {
        const entry = ownEntry(model, key);
        const found = ownNumber(model, key);
        if (entry === undefined || found === null || (found >= least && found <= most)) return [];
        const facts = {
          key: entry.key,
          found,
          expected: found < least ? `at least ${formatInteger(least)}` : `at most ${formatInteger(most)}`,
        };
        return [{ place: entryPlace(entry), facts }];
      });
    },
  }),
  /** For values by layer, the loader requires exactly one for each layer (get_key_or_arr); missing values in other arrays become 0. */
  defineCheck({
    code: 'per-layer-length',
    group: 'model',
    level: 'error',
    says: '{key} has {found, value} for {expected, layer}',
    hint: 'convert the model again: the list needs a value for each layer',
    appliesTo: anyFile,
    judge({ model }) {
      return wrongLengths(model)
        .filter(({ range }) => range.by === 'layers')
        .map(({ entry, count, range: { least, most } }) => ({
          place: entryPlace(entry),
          facts: { key: entry.key, found: count, expected: count < least ? least : most },
        }));
    },
  }),
  /** Arrays with a fixed length: the four sections of the rotation, the color channels of an image. */
  defineCheck({
    code: 'array-length-wrong',
    group: 'model',
    level: 'error',
    says: '{key} has {found, value}; the loader of llama.cpp accepts {expected}',
    hint: '{remedy}',
    appliesTo: anyFile,
    judge({ model }) {
      return wrongLengths(model)
        .filter(({ range }) => range.by !== 'layers')
        .map(({ entry, count, range }) => ({
          place: entryPlace(entry),
          facts: { key: entry.key, found: count, expected: rangeInWords(range), remedy: remedyFor(entry.key, count) },
        }));
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
    // The loader takes a missing count as 0, which does not fit any matrix.
    ...(has('attention') ? [ownKey(hyperparameters, 'attention.head_count')] : []),
    ...(has('feed-forward') ? [ownKey(hyperparameters, 'feed_forward_length')] : []),
  ];
}

/** The entries that llama.cpp's loader reads, with its demands. For a file that it does not load, only the architecture counts. */
function readKeys(model: Model): { entry: MetadataEntry; demand: KeyDemand }[] {
  const known = isKnownArchitecture(model) || isTokenized(model) || isProjector(model) || isAdapter(model);
  return model.file.metadata.flatMap((entry) => {
    if (!known && entry.key !== 'general.architecture') return [];
    const demand = demandOf(entry.key, model);
    return demand === undefined ? [] : [{ entry, demand }];
  });
}

/** Arrays whose number of values the loader does not accept. */
function wrongLengths(model: Model): { entry: MetadataEntry; count: number; range: LengthRange }[] {
  return readKeys(model).flatMap(({ entry, demand }) => {
    const array = asArray(entry);
    if (array === null || !isOfType(entry, demand.type)) return [];
    const range = lengthRange(demand, model);
    return range === null || (array.count >= range.least && array.count <= range.most)
      ? []
      : [{ entry, count: array.count, range }];
  });
}

function rangeInWords({ least, most, by }: LengthRange): string {
  if (least === most) return `exactly ${least}${by === null ? '' : ` (${by})`}`;
  return least > 0 ? `at least ${formatInteger(least)}` : `at most ${formatInteger(most)}`;
}

/** Some other programs leave out the last of the four, which is 0. */
function remedyFor(key: string, count: number): string {
  const shortened = key.endsWith('.rope.dimension_sections') && count === 3;
  return shortened
    ? 'files exported by Ollama have three values: use a file converted for llama.cpp, or append a 0 to the array'
    : 'convert the model again with a converter of llama.cpp';
}
