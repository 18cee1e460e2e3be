import { entryOf } from '../../model/entries.js';
import { isLaterShard } from '../../model/shard-keys.js';
import type { Check } from '../check.js';
import { isQuantized } from '../quantized.js';
import { isAdapter, isKnownModel, isProjector } from '../subjects.js';

/** The specification demands it where something is quantized; llama.cpp writes it and does not read it. */
export const quantizationVersionMissing: Check = {
  code: 'quantization-version-missing',
  judge(model) {
    const key = 'general.quantization_version';
    if (!isKnownModel(model) && !isProjector(model) && !isAdapter(model)) return [];
    if (!isQuantized(model) || isLaterShard(model) || entryOf(model.file, key) !== undefined) return [];
    return [{ code: 'quantization-version-missing', place: { key }, facts: {} }];
  },
};
