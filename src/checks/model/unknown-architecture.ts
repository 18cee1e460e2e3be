import { kindOf } from '../../model/kind.js';
import { isKnownArchitecture } from '../../model/known-architectures.js';
import type { Check } from '../check.js';
import { standsAlone } from '../stands-alone.js';

/** What llama.cpp reads by another way than models. */
const NO_MODEL = 'controlvector';

/** llama.cpp refuses a model of an architecture that it does not know; image and sound models have programs of their own. */
export const unknownArchitecture: Check = {
  code: 'unknown-architecture',
  judge(model) {
    const { architecture } = model.hyperparameters;
    if (architecture === null || isKnownArchitecture(architecture) || architecture === NO_MODEL) return [];
    if (kindOf(model) !== 'model' || !standsAlone(model)) return [];
    return [{ code: 'unknown-architecture', place: { key: 'general.architecture' }, facts: { architecture } }];
  },
};
