/** `architectures` and `file-types`: the allowed architectures and labels. */

import { readLabel } from '../../model/label.js';
import { type Demand, entryOf, placeOfKey } from '../demand.js';

export const architecture: Demand = (judged) => {
  const { architectures } = judged.policy;
  const found = judged.model.hyperparameters.architecture;
  if (architectures === undefined || (found !== null && architectures.includes(found))) return [];
  const entry = entryOf(judged, 'general.architecture');
  const place = entry ? placeOfKey(entry) : { key: 'general.architecture' };
  const facts = { found: found ?? 'not stated', allowed: architectures.join(', ') };
  return [{ code: 'policy-architecture', place, facts }];
};

export const fileType: Demand = (judged) => {
  const allowed = judged.policy['file-types'];
  if (allowed === undefined) return [];
  const label = readLabel(judged.model);
  const name = label?.fileType?.name;
  if (name !== undefined && allowed.includes(name)) return [];
  const entry = entryOf(judged, 'general.file_type');
  const place = entry ? placeOfKey(entry) : { key: 'general.file_type' };
  const found = name ?? (label === null ? 'missing' : `id ${label.id}`);
  return [{ code: 'policy-file-type', place, facts: { found, allowed: allowed.join(', ') } }];
};
