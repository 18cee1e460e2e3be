/**
 * `licenses`: compares the license stated in the file with the list of allowed licenses. `general.license` is an SPDX expression (GGUF
 * specification), so `apache-2.0 OR mit` is a choice and `mit AND cc-by-4.0` requires both.
 */

import { metadataValue } from '../../gguf/decode.js';
import { type Demand, entryOf, type Judged, placeOfKey, shown } from '../demand.js';

export const license: Demand = (judged) => {
  const { licenses } = judged.policy;
  if (licenses === undefined) return [];
  const allowed = new Set(licenses.map(plain));
  const entry = entryOf(judged, 'general.license');
  if (entry === undefined) return [finding(judged, 'not stated', { key: 'general.license' })];
  if (typeof entry.value === 'string') {
    if (allowed.has(plain(entry.value)) || isAllowed(entry.value, allowed)) return [];
    // Hugging Face uses "other" for a license that is not on its list, and gives its name in a separate field.
    const name = metadataValue(judged.model.file, 'general.license.name');
    if (plain(entry.value) === 'other' && typeof name === 'string') {
      return allowed.has(plain(name)) ? [] : [finding(judged, `other: ${shown(name)}`, placeOfKey(entry))];
    }
  }
  return [finding(judged, shown(entry.value), placeOfKey(entry))];
};

function finding({ policy }: Judged, found: string, place: { offset?: number; key?: string }) {
  return { code: 'policy-license', place, facts: { found, allowed: policy.licenses?.join(', ') ?? '' } } as const;
}

function plain(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, ' ');
}

/** Longest expression in words; no real license has more. */
const MOST_WORDS = 200;

/**
 * Whether an SPDX expression (specification, annex D) is satisfied by the licenses allowed: AND binds closer than OR, and an exception
 * (`WITH …`) belongs to the name before it. A text that is not a valid expression is not allowed.
 */
function isAllowed(expression: string, allowed: ReadonlySet<string>): boolean {
  const words = plain(expression).match(/[()]|[^\s()]+/g) ?? [];
  if (words.length > MOST_WORDS) return false;
  let at = 0;

  const either = (): boolean => {
    let result = both();
    while (words[at] === 'or') {
      at++;
      result = both() || result;
    }
    return result;
  };
  const both = (): boolean => {
    let result = one();
    while (words[at] === 'and') {
      at++;
      result = one() && result;
    }
    return result;
  };
  const one = (): boolean => {
    if (words[at] !== '(') return name();
    at++;
    const result = either();
    return words[at++] === ')' && result;
  };
  const name = (): boolean => {
    let text = words[at++] ?? '';
    if (words[at] === 'with') {
      text += ` with ${words[at + 1]}`;
      at += 2;
    }
    return allowed.has(text);
  };

  const result = either();
  return result && at === words.length;
}
