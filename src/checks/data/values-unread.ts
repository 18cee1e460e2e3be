import { UNREADABLE, type Unreadable } from '../../words/unreadable.js';
import { listed } from '../listed.js';
import { tensorPlace } from '../place.js';
import type { ValueCheck } from '../value-check.js';

/** Whoever asks for a check of all numbers has to know which ones nobody looked at. Tensors without numbers are none. */
export const valuesUnread: ValueCheck = {
  code: 'values-unread',
  judge({ tensors }, { left }) {
    const byReason = new Map<Unreadable, number[]>();
    for (const [index, why] of left) {
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
      return { code: 'values-unread', place, facts };
    });
  },
};
