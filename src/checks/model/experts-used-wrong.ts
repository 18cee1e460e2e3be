import { asArray, ownEntry, ownKey } from '../../model/entries.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isKnownModel } from '../subjects.js';

/** The loader asserts that some experts work on each token and no more than there are, and none where there are none. */
export const expertsUsedWrong: Check = {
  code: 'experts-used-wrong',
  judge(model) {
    const { expertCount, expertUsedCount, ...hyperparameters } = model.hyperparameters;
    const entry = ownEntry(model, 'expert_used_count') ?? ownEntry(model, 'expert_count');
    if (!isKnownModel(model) || entry === undefined || asArray(entry) !== null) return [];
    const count = expertCount ?? 0;
    const used = expertUsedCount ?? 0;
    if (used <= count && used > 0 === count > 0) return [];
    const key = ownKey(model.hyperparameters, 'expert_used_count');
    const facts = { key, used, count, architecture: hyperparameters.architecture ?? '' };
    return [{ code: 'experts-used-wrong', place: entryPlace(entry), facts }];
  },
};
