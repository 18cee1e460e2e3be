/** Numbers that the other rules did not see. */

import { UNREADABLE, type Unreadable } from '../../words/unreadable.js';
import { listed } from '../listed.js';
import { tensorPlace } from '../place.js';
import { defineValueCheck } from './define-value-check.js';

export const UNREAD_CHECKS = [
  /** A user who checks all numbers has to know which ones were not read. */
  defineValueCheck({
    code: 'values-unread',
    level: 'advice',
    says: 'the numbers of {count, tensor} {why} were not read: {examples}',
    hint: 'all other tensors were judged',
    judge({ tensors }, { left }) {
      const byReason = new Map<Unreadable, number[]>();
      for (const [index, why] of left) {
        // A tensor without numbers: nothing was skipped.
        if (why === 'empty') continue;
        const same = byReason.get(why);
        if (same) same.push(index);
        else byReason.set(why, [index]);
      }
      return [...byReason].map(([why, indices]) => {
        const left = indices.map((index) => tensors[index] as (typeof tensors)[number]);
        const place = tensorPlace(left[0] as (typeof tensors)[number]);
        const facts = {
          count: left.length,
          why: UNREADABLE[why].attribute,
          examples: listed(left.map(({ name }) => name)),
        };
        return { place, facts };
      });
    },
  }),
];
