/** `metadata.require` and `metadata.forbid`: keys that must be present, and keys that must not. */

import { globMatcher } from '../../model/select.js';
import { type Demand, entryOf, placeOfKey } from '../demand.js';

export const requiredKeys: Demand = (judged) =>
  (judged.policy.metadata?.require ?? []).flatMap((key) => {
    if (entryOf(judged, key)) return [];
    return [{ code: 'policy-metadata-missing', place: { key }, facts: { key, demand: 'metadata.require' } }];
  });

export const forbiddenKeys: Demand = ({ policy, model }) =>
  (policy.metadata?.forbid ?? []).flatMap((glob) => {
    const matches = globMatcher(glob);
    const entries = model.file.metadata.filter(({ key }) => matches(key));
    const [first] = entries;
    if (first === undefined) return [];
    const facts = { glob, count: entries.length, example: first.key };
    return [{ code: 'policy-metadata-forbidden', place: placeOfKey(first), facts }];
  });
