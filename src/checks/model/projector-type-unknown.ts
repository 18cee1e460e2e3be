import { entryOf } from '../../model/entries.js';
import { PROJECTOR_TYPES, projectorTypes } from '../../model/projectors.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isProjector } from '../subjects.js';

/** A name that the loader does not know stops it, but new names come with new versions. */
export const projectorTypeUnknown: Check = {
  code: 'projector-type-unknown',
  judge(model) {
    if (!isProjector(model)) return [];
    return projectorTypes(model)
      .filter(({ type }) => !PROJECTOR_TYPES.has(type))
      .map(({ key, type }) => ({
        code: 'projector-type-unknown',
        place: entryPlace(entryOf(model.file, key)!),
        facts: { type },
      }));
  },
};
