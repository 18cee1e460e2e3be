import { foldNames } from '../../model/fold-names.js';
import { gapsIn } from '../../model/inventory/gaps.js';
import { isFacetKnown, isKnownArchitecture } from '../../model/known-architectures.js';
import type { Check } from '../check.js';
import { listed } from '../listed.js';
import { type WholeModel, wholeModel } from '../whole-model.js';

/**
 * Tensors without which llama.cpp's loader gives up ("missing tensor 'blk.3.attn_q.weight'"). Of the few architectures about which
 * it is not known what they must have, layers are told that are not there at all, and experts that stand apart and are not all there.
 */
export const missingTensors: Check = {
  code: 'missing-tensors',
  judge(model, surroundings) {
    const whole = wholeModel(model, surroundings);
    const missing = whole === null ? [] : missingFrom(whole);
    const [first] = missing;
    if (whole === null || first === undefined) return [];
    const facts = {
      architecture: whole.architecture,
      count: missing.length,
      examples: listed(foldNames(missing)),
    };
    return [{ code: 'missing-tensors', place: { tensor: first }, facts }];
  },
};

function missingFrom({ architecture, file, tensors, stock }: WholeModel): readonly string[] {
  if (isFacetKnown(architecture, 'tensors')) return stock?.missing ?? [];
  return isKnownArchitecture(architecture) ? gapsIn(tensors, architecture, file) : [];
}
