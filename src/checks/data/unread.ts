/** Numbers that the other rules have not seen. */

import { listed } from '../listed.js';
import { tensorPlace } from '../place.js';
import { defineValueCheck } from './define-value-check.js';

/** Tensors without numbers have no reason here: nothing of theirs was left out. */
const REASONS: Readonly<Record<string, string>> = {
  'no-float-form': 'of a type that has no known form as numbers',
  'uneven-rows': 'with rows that are no whole blocks',
  'data-missing': 'whose data is not in the file',
  overlapping: 'on top of other tensors',
};

export const UNREAD_CHECKS = [
  /** Whoever asks for a check of all numbers has to know which ones nobody looked at. */
  defineValueCheck({
    code: 'values-unread',
    level: 'advice',
    says: 'the numbers of {count, tensor} were not read, {why}: {examples}',
    judge({ tensors }, { left }) {
      const byReason = new Map<string, number[]>();
      for (const [index, why] of left) {
        if (REASONS[why] === undefined) continue;
        const same = byReason.get(why);
        if (same) same.push(index);
        else byReason.set(why, [index]);
      }
      return [...byReason].map(([why, indices]) => {
        const left = indices.map((index) => tensors[index] as (typeof tensors)[number]);
        const place = tensorPlace(left[0] as (typeof tensors)[number]);
        const facts = {
          count: left.length,
          why: REASONS[why] as string,
          examples: listed(left.map(({ name }) => name)),
        };
        return { place, facts };
      });
    },
  }),
];
