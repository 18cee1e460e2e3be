/** The tensors whose numbers were read, for rules that look at one after the other. */

import type { Finding } from '../gguf/finding.js';
import type { Model, ModelTensor } from '../model/model.js';
import { tensorPlace } from './place.js';
import type { CheckedStatistics, CheckedValues } from './value-check.js';

/** The finding of each tensor that `judge` gives facts of. */
export function eachTensor(
  code: Finding['code'],
  model: Model,
  { statistics }: CheckedValues,
  judge: (statistics: CheckedStatistics, tensor: ModelTensor) => Pick<Finding, 'facts' | 'level'> | undefined,
): Finding[] {
  return model.tensors.flatMap((tensor, index): Finding[] => {
    const own = statistics[index];
    const said = own && judge(own, tensor);
    if (said === undefined) return [];
    const place = tensorPlace(tensor);
    return [{ code, place, ...said, facts: { tensor: place.tensor as string, ...said.facts } }];
  });
}

/** Whether all numbers are 0. */
export function isZero({ zeros, count }: CheckedStatistics): boolean {
  return zeros === count;
}

/** Whether a block has a scale that is no number. */
export function hasBrokenScales({ scales }: CheckedStatistics): boolean {
  return scales !== null && scales.nan + scales.infinite > 0;
}

/** Whether it is a matrix, or a stack of them, and no vector. */
export function isMatrix({ dimensions }: ModelTensor): boolean {
  return dimensions.filter((size) => size > 1).length > 1;
}
