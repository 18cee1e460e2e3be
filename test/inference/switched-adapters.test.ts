/** Adapters that tokens of the prompt switch on: the adapter that each token goes through. */

import { describe, expect, it } from 'vitest';
import { switched } from '../../src/inference/switched-adapters.js';

const PLAN = {
  rank: 4,
  places: 3,
  gain: 15,
  switches: new Map([
    [60, { place: 1, substitute: 7 }],
    [61, { place: 2, substitute: 8 }],
  ]),
};

describe('adapters that tokens switch on', () => {
  it('stay on for the tokens that follow, and the token that switches is replaced', () => {
    const { ids, places, router } = switched(PLAN, 5, [3, 61, 4, 4]);
    expect(ids).toEqual([3, 8, 4, 4]);
    expect(places).toEqual([0, 2, 2, 2]);
    expect(router.plan.layer).toBe(5);
  });

  it('are mixed and rounded where two tokens switch', () => {
    expect(switched(PLAN, 5, [60, 3, 61]).places).toEqual([1, 1, 2]);
    expect(switched({ ...PLAN, gain: 0 }, 5, [61, 3, 3, 3, 3]).places).toEqual([2, 1, 1, 1, 0]);
  });
});
