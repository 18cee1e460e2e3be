import { ownEntry, ownNumber } from '../../model/entries.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isKnownModel } from '../subjects.js';

/** Architectures whose heads are rotated as a whole (llama-model.cpp). */
const WHOLE: ReadonlySet<string> = new Set(['llama', 'deci', 'falcon', 'llama-embed']);

/** Dimensions are rotated in pairs, and a head has no more of them than it is long. */
export const ropeDimensionsWrong: Check = {
  code: 'rope-dimensions-wrong',
  judge(model) {
    const { architecture, keyLength } = model.hyperparameters;
    const entry = ownEntry(model, 'rope.dimension_count');
    const found = ownNumber(model, 'rope.dimension_count');
    if (!isKnownModel(model) || entry === undefined || found === null || keyLength === null) return [];
    const whole = WHOLE.has(architecture as string);
    const longest = Math.max(
      keyLength,
      ownNumber(model, 'attention.key_length_mla') ?? 0,
      ownNumber(model, 'attention.key_length_swa') ?? 0,
    );
    if (found % 2 === 0 && found <= longest && (!whole || found === keyLength)) return [];
    const expected = whole ? String(keyLength) : `an even number up to ${longest}`;
    return [{ code: 'rope-dimensions-wrong', place: entryPlace(entry), facts: { found, expected } }];
  },
};
