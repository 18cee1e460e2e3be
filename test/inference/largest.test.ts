import { describe, expect, it } from 'vitest';
import { largest } from '../../src/inference/largest.js';

const sorted = (places: number[]) => places.sort((a, b) => a - b);

// The first elements that std::partial_sort of libstdc++ leaves, ordered by "greater".
const CASES = [
  { values: [0, 2, 0, 2, 3, 1], places: [3, 4] },
  { values: [2, 2, 1, 1, 1, 3, 2, 2, 1], places: [0, 1, 5, 6] },
  { values: [2, 1, 2, 2, 0, 0, 3, 3, 2, 1, 0, 3], places: [0, 3, 6, 7, 8, 11] },
  { values: [1, 2, 2, 1, 2, 2, 2, 0, 3, 3, 0, 0, 0, 3, 2], places: [1, 2, 4, 5, 6, 8, 9, 13] },
  { values: [0, 1, 2, 2, 2, 0, 2, 1, 1, 3, 1, 3, 1, 2, 2, 3, 0, 2], places: [2, 3, 4, 6, 9, 11, 13, 14, 15, 17] },
  {
    values: [1, 2, 1, 0, 0, 1, 0, 0, 2, 3, 0, 1, 0, 0, 0, 1, 2, 0, 0, 1, 3],
    places: [0, 1, 2, 3, 5, 8, 9, 11, 15, 16, 19, 20],
  },
];

describe('the largest numbers of an indexer', () => {
  it.each(CASES)('are those that a heap keeps where some are equal: $places', ({ values, places }) => {
    expect(sorted(largest(values, places.length))).toEqual(places);
  });

  it('are the largest ones', () => {
    const values = Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
    const wanted = [...values].sort((a, b) => b - a).slice(0, 37);
    expect(largest(values, 37).map((place) => values[place])).toEqual(expect.arrayContaining(wanted));
  });

  it('include all numbers where there are not more than that', () => {
    expect(sorted(largest([3, 1, 2], 7))).toEqual([0, 1, 2]);
  });
});
