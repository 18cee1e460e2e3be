import { kindOf } from '../../model/kind.js';
import type { Check } from '../check.js';
import { standsAlone } from '../stands-alone.js';

/** A model that does not say under which license it is. An importance matrix is a measurement, and needs none. */
export const missingLicense: Check = {
  code: 'missing-license',
  judge(model) {
    const { metadata } = model.file;
    const licensed = metadata.some(({ key, value }) => /^general\.license(?:\.|$)/.test(key) && value !== '');
    if (licensed || !standsAlone(model) || kindOf(model) === 'imatrix') return [];
    return [{ code: 'missing-license', place: { key: 'general.license' }, facts: {} }];
  },
};
