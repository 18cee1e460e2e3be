import { demandsOf, PROJECTOR_DEMANDS } from '../../model/architecture-demands.js';
import { entryOf, ownEntry, ownKey } from '../../model/entries.js';
import type { Model } from '../../model/model.js';
import type { Check } from '../check.js';
import { isKnownModel, isProjector } from '../subjects.js';

/** Keys without which the loader stops, and counts without which the tensors that are there cannot be taken. */
export const keyMissing: Check = {
  code: 'key-missing',
  judge(model) {
    const { hyperparameters } = model;
    const missing = demanded(model).filter((key) => ownEntry(model, key) === undefined);
    return missing.map((key) => {
      const full = ownKey(hyperparameters, key);
      return { code: 'key-missing', place: { key: full }, facts: { key: full } };
    });
  },
};

function demanded(model: Model): readonly string[] {
  if (isProjector(model)) {
    return Object.entries(PROJECTOR_DEMANDS).flatMap(([part, keys]) =>
      entryOf(model.file, `clip.${part}`)?.value === true ? keys : [],
    );
  }
  if (!isKnownModel(model)) return [];
  const has = (group: string) =>
    model.tensors.some(({ classified, roleRow }) => classified.component === 'text' && roleRow.group === group);
  return [
    ...demandsOf(model.hyperparameters.architecture),
    // Missing counts are taken for 0, which fits no matrix.
    ...(has('attention') ? ['attention.head_count'] : []),
    ...(has('feed-forward') ? ['feed_forward_length'] : []),
  ];
}
