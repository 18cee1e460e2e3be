/** `tensors.require` and `tensors.forbid`: names that must be present, and names that must not. */

import { globMatcher } from '../../model/select.js';
import { type Demand, placeOfTensor } from '../demand.js';

export const requiredTensors: Demand = ({ policy, model }) =>
  (policy.tensors?.require ?? []).flatMap((glob) => {
    const matches = globMatcher(glob);
    if (model.tensors.some(({ name }) => matches(name))) return [];
    return [{ code: 'policy-tensor-missing', place: {}, facts: { glob } }];
  });

export const forbiddenTensors: Demand = ({ policy, model }) =>
  (policy.tensors?.forbid ?? []).flatMap((glob) => {
    const matches = globMatcher(glob);
    const tensors = model.tensors.filter(({ name }) => matches(name));
    const [first] = tensors;
    if (first === undefined) return [];
    const facts = { glob, count: tensors.length, example: first.name };
    return [{ code: 'policy-tensor-forbidden', place: placeOfTensor(first), facts }];
  });
