/** What `check` cannot judge for an architecture, as an entry of a report and as one sentence. */

import type { NotChecked } from '../model/not-checked.js';
import type { CheckedFile } from './check-schema.js';

export type NotCheckedReport = NonNullable<CheckedFile['notChecked']>;

/** The field of a report; left out if everything was checked. */
export function notCheckedEntry(list: readonly NotChecked[]): { notChecked?: NotCheckedReport } {
  if (list.length === 0) return {};
  return { notChecked: list.map(({ what, rules, reason }) => ({ what, rules: [...rules], reason })) };
}

/** `tensors (missing-tensors, surplus-tensors): which tensors it must have is not known`, for each with its reason. */
export function notCheckedWords(list: NotCheckedReport): string {
  const reasons = new Set(list.map(({ reason }) => reason));
  const [reason] = reasons;
  // A reason that all share is given only once.
  if (reasons.size === 1) return `${list.map(named).join(', ')}: ${reason}`;
  return list.map((one) => `${named(one)}: ${one.reason}`).join('; ');
}

/** Most rules that are named; the JSON has all. */
const MOST_RULES = 2;

function named({ what, rules }: NotCheckedReport[number]): string {
  const more = rules.length - MOST_RULES;
  const shown = rules.slice(0, MOST_RULES).join(', ');
  return `${what} (${shown}${more > 0 ? ` and ${more} more rules` : ''})`;
}
