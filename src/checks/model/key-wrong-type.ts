import { typeOf } from '../../model/entries.js';
import { demandedType, isOfType, typeInWords } from '../../model/key-types.js';
import type { Check } from '../check.js';
import { entryPlace } from '../place.js';
import { isAdapter, isKnownModel, isProjector, isTokenized } from '../subjects.js';

/** The loader asks for one type under each key and does not convert. */
export const keyWrongType: Check = {
  code: 'key-wrong-type',
  judge(model) {
    const known = isKnownModel(model) || isTokenized(model) || isProjector(model) || isAdapter(model);
    return model.file.metadata.flatMap((entry) => {
      if (!known && entry.key !== 'general.architecture') return [];
      const type = demandedType(entry.key, model.hyperparameters.architecture);
      if (type === undefined || isOfType(entry, type)) return [];
      const facts = { key: entry.key, found: typeOf(entry), expected: typeInWords(type) };
      return [{ code: 'key-wrong-type', place: entryPlace(entry), facts }];
    });
  },
};
