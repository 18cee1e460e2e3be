import { ownEntry, ownNumber } from '../../model/entries.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isKnownModel } from '../subjects.js';

/** What llama.cpp has room for (LLAMA_MAX_LAYERS, LLAMA_MAX_EXPERTS in llama-hparams.h), and what cannot be 0. */
const RANGES: Readonly<Record<string, { least: number; most?: number }>> = {
  embedding_length: { least: 1 },
  block_count: { least: 1, most: 512 },
  expert_count: { least: 0, most: 512 },
};

export const valueOutOfRange: Check = {
  code: 'value-out-of-range',
  judge(model) {
    if (!isKnownModel(model)) return [];
    return Object.entries(RANGES).flatMap(([key, { least, most = Number.POSITIVE_INFINITY }]) => {
      const entry = ownEntry(model, key);
      const found = ownNumber(model, key);
      if (entry === undefined || found === null || (found >= least && found <= most)) return [];
      const facts = { key: entry.key, found, expected: found < least ? `at least ${least}` : `at most ${most}` };
      return [{ code: 'value-out-of-range', place: entryPlace(entry), facts }];
    });
  },
};
