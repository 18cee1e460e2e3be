import { metadataValue } from '../../gguf/decode.js';
import { entryOf } from '../../model/entries.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isAdapter } from '../subjects.js';

/** llama.cpp knows one kind of adapter, and demands that the file says both what it is and which kind. */
const DEMANDED = { 'general.type': 'adapter', 'adapter.type': 'lora' };

export const adapterTypeWrong: Check = {
  code: 'adapter-type-wrong',
  judge(model) {
    if (!isAdapter(model)) return [];
    return Object.entries(DEMANDED).flatMap(([key, expected]) => {
      const value = metadataValue(model.file, key);
      const entry = entryOf(model.file, key);
      if (value === expected || (value !== undefined && typeof value !== 'string')) return [];
      const facts = { key, found: value ?? 'missing', expected };
      return [{ code: 'adapter-type-wrong', place: entry === undefined ? { key } : entryPlace(entry), facts }];
    });
  },
};
