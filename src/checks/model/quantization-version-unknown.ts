import { entryOf } from '../../model/entries.js';
import { numberOrNull } from '../../model/hyperparameters.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isQuantized } from '../quantized.js';

/** The formats as they are since May 2023 (GGML_QNT_VERSION in ggml.h). */
const KNOWN = 2;

export const quantizationVersionUnknown: Check = {
  code: 'quantization-version-unknown',
  judge(model) {
    const entry = entryOf(model.file, 'general.quantization_version');
    if (entry === undefined || !isQuantized(model)) return [];
    const found = numberOrNull(entry.value);
    if (found === KNOWN) return [];
    const facts = { found: found ?? `a value of type ${entry.type}`, known: KNOWN };
    return [{ code: 'quantization-version-unknown', place: entryPlace(entry), facts }];
  },
};
