import { ownKey } from '../../model/entries.js';
import type { ModelTensor } from '../../model/model.js';
import type { Check } from '../check.js';
import { governing } from '../governing-file.js';
import { tensorPlace } from '../place.js';
import { isKnownModel } from '../subjects.js';

/** Where a tensor counts the experts: the third axis of a stack, the outputs of the router, the entries of its bias. */
const EXPERT_AXIS: Readonly<Record<string, number>> = {
  'expert-gate': 2,
  'expert-up': 2,
  'expert-gate-up': 2,
  'expert-down': 2,
  'expert-router': 1,
  'expert-selection-bias': 0,
};

/** Every stack has as many experts as the metadata says. The first tensor that has not is told of. */
export const expertCountDisagrees: Check = {
  code: 'expert-count-disagrees',
  judge(model, surroundings) {
    const said = governing(model, surroundings);
    if (said === null || !isKnownModel(said)) return [];
    const expected = said.hyperparameters.expertCount ?? 0;
    const wrong = model.tensors.filter((tensor) => (expertsOf(tensor) ?? expected) !== expected);
    const [first] = wrong;
    if (first === undefined) return [];
    const key = ownKey(said.hyperparameters, 'expert_count');
    const facts = { tensor: first.name, found: expertsOf(first) as number, expected, key, count: wrong.length };
    return [{ code: 'expert-count-disagrees', place: tensorPlace(first), facts }];
  },
};

/** Null for a tensor that counts no experts; so does the matrix of one expert by itself. */
function expertsOf({ classified, dimensions }: ModelTensor): number | null {
  const axis = EXPERT_AXIS[classified.role];
  const whole = ['weight', 'bias', ''].includes(classified.part);
  if (axis === undefined || !whole || classified.expert !== null || classified.component !== 'text') return null;
  return dimensions[axis] ?? 1;
}
