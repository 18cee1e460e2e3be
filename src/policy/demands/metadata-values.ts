/**
 * `metadata.values`: requirements for values. In an array every item is judged, except by `equals`, which compares the list. Values are
 * compared with the precision of the file: a 32-bit float with the 32-bit float nearest to the number in the policy, a 64-bit integer digit
 * by digit.
 */

import type { MetadataEntry, MetadataValue } from '../../gguf/metadata.js';
import type { Scalar } from '../../gguf/value-types.js';
import { type Demand, entryOf, type Judged, notJudged, placeOfKey, shown } from '../demand.js';
import type { AgainstPolicy } from '../policy-findings.js';
import type { Policy } from '../schema.js';

type ValueDemand = NonNullable<NonNullable<Policy['metadata']>['values']>[string];
type Wanted = string | number | boolean;
type Item = Scalar | string;

export const metadataValues: Demand = (judged) =>
  Object.entries(judged.policy.metadata?.values ?? {}).flatMap(([key, demand]): AgainstPolicy[] => {
    const entry = entryOf(judged, key);
    if (entry) return judgeValue(entry, demand, judged);
    if (demand.optional) return [];
    return [{ code: 'policy-metadata-missing', place: { key }, facts: { key, demand: 'metadata.values' } }];
  });

function judgeValue(entry: MetadataEntry, demand: ValueDemand, { findMiss }: Judged): AgainstPolicy[] {
  const items = itemsOf(entry.value);
  const place = placeOfKey(entry);
  const name = `metadata.values ${entry.key}`;
  if (items === null) return [notJudged(name, 'the value is too long, or an array of arrays', place)];
  const single = entry.type === 'f32' || (typeof entry.value === 'object' && itemType(entry.value) === 'f32');
  const findings: AgainstPolicy[] = [];
  const fail = (expected: string) => {
    findings.push({
      code: 'policy-metadata-value',
      place,
      facts: { key: entry.key, found: shown(entry.value, single), expected },
    });
  };

  const { equals, 'one-of': oneOf, matches, min, max } = demand;
  if (equals !== undefined) {
    const wanted = Array.isArray(equals) ? equals : [equals];
    const sameForm = Array.isArray(equals) === (entry.type === 'array');
    const same = wanted.length === items.length && wanted.every((value, i) => isSame(value, items[i] as Item, single));
    if (!sameForm || !same) fail(words(equals));
  }
  if (oneOf !== undefined && !items.every((item) => oneOf.some((wanted) => isSame(wanted, item, single)))) {
    fail(`one of ${oneOf.map(words).join(', ')}`);
  }
  if (min !== undefined && !items.every((item) => isNumber(item) && item >= (single ? Math.fround(min) : min))) {
    fail(`${min} or more`);
  }
  if (max !== undefined && !items.every((item) => isNumber(item) && item <= (single ? Math.fround(max) : max))) {
    fail(`${max} or less`);
  }
  if (matches !== undefined) {
    const texts = items.filter((item) => typeof item === 'string');
    const miss = texts.length < items.length ? 0 : findMiss(matches, texts);
    if (miss === null)
      findings.push(notJudged(`${name}.matches`, 'the regular expression takes too long on this value', place));
    else if (miss >= 0) fail(`a text that matches ${matches}`);
  }
  return findings;
}

/** The value, or the items of an array. Null for arrays of arrays, and if the reader did not keep everything. */
function itemsOf(value: MetadataValue): readonly Item[] | null {
  if (typeof value !== 'object') return [value];
  if (value.kind !== 'array' || value.items.length < value.count) return null;
  return value.items.every((item) => typeof item !== 'object') ? (value.items as readonly Item[]) : null;
}

function itemType(value: Extract<MetadataValue, object>): string {
  return value.kind === 'array' ? value.itemType : 'string';
}

function isSame(wanted: Wanted, item: Item, single: boolean): boolean {
  if (typeof item === 'bigint') {
    return typeof wanted === 'number' ? Number.isInteger(wanted) && BigInt(wanted) === item : wanted === String(item);
  }
  return (single && typeof wanted === 'number' ? Math.fround(wanted) : wanted) === item;
}

function isNumber(item: Item): item is number | bigint {
  return typeof item === 'number' || typeof item === 'bigint';
}

function words(wanted: Wanted | readonly Wanted[]): string {
  return JSON.stringify(wanted);
}
