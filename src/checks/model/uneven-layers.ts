import { foldNames } from '../../model/fold-names.js';
import { loneGaps } from '../../model/inventory/lone-gaps.js';
import type { Check } from '../check.js';
import { listed } from '../listed.js';
import { wholeModel } from '../whole-model.js';

/**
 * A tensor that one layer lacks and all layers have that are otherwise like it. Where the architecture may do without it (a bias, a
 * norm for queries), llama.cpp loads such a model and computes with it, wrongly.
 */
export const unevenLayers: Check = {
  code: 'uneven-layers',
  judge(model, surroundings) {
    const whole = wholeModel(model, surroundings);
    if (whole === null) return [];
    const gaps = loneGaps(whole.tensors, whole.stock?.required);
    const [first] = gaps;
    if (first === undefined) return [];
    const facts = { count: gaps.length, examples: listed(foldNames(gaps)) };
    return [{ code: 'uneven-layers', place: { tensor: first }, facts }];
  },
};
