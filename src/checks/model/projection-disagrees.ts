import { entryOf } from '../../model/entries.js';
import { projectedLength, saidProjection } from '../../model/projectors.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isProjector } from '../subjects.js';

/** What the metadata promises the language model, and what the last matrix gives it. */
export const projectionDisagrees: Check = {
  code: 'projection-disagrees',
  judge(model) {
    const said = saidProjection(model);
    const made = projectedLength(model);
    if (!isProjector(model) || said === null || made === null || said.length === made.length) return [];
    const facts = { said: said.length, made: made.length, tensor: made.tensor, key: said.key };
    return [{ code: 'projection-disagrees', place: entryPlace(entryOf(model.file, said.key)!), facts }];
  },
};
