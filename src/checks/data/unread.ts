/** Numbers that the other rules have not seen. */

import { UNREADABLE, type Unreadable } from '../../words/unreadable.js';
import { listed } from '../listed.js';
import { tensorPlace } from '../place.js';
import { defineValueCheck } from './define-value-check.js';

export const UNREAD_CHECKS = [
  /** Whoever asks for a check of all numbers has to know which ones nobody looked at. */
  defineValueCheck({
    code: 'values-unread',
    level: 'advice',
    says: 'the numbers of {count, tensor} were not read, {why}: {examples}',
    judge({ tensors }, { left }) {
      const byReason = new Map<Unreadable, number[]>();
      for (const [index, why] of left) {
        // Tensors without numbers: nothing of theirs was left out.
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
