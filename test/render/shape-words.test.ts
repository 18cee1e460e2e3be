/** Shapes in words: a transformation with an arrow and names, never just a pair of numbers. */

import { describe, expect, it } from 'vitest';
import { shapeWords } from '../../src/render/text/shape-words.js';
import type { ShapeReport } from '../../src/report/schema.js';

const QUERY: ShapeReport = {
  ggml: [4096, 4096],
  in: { axis: 'embedding', size: 4096 },
  out: { axis: 'query heads', size: 4096, heads: 32 },
};
const EXPERTS: ShapeReport = {
  ggml: [4096, 14_336, 8],
  in: { axis: 'embedding', size: 4096 },
  out: { axis: 'expert feed-forward', size: 14_336 },
  copies: { axis: 'experts', size: 8 },
};

describe('shapeWords', () => {
  it.each([
    [QUERY, 'matrix', 'full', 'embedding 4,096 → 32 query heads × 128'],
    [QUERY, 'matrix', 'brief', '4,096 → 32 heads × 128'],
    [EXPERTS, 'matrix', 'full', '8 × (embedding 4,096 → expert feed-forward 14,336)'],
    [EXPERTS, 'matrix', 'brief', '8 × (4,096 → 14,336)'],
    [{ ggml: [4096] }, 'vector', 'full', 'vector of 4,096'],
    [{ ggml: [1] }, 'vector', 'brief', 'one number'],
    [{ ggml: [] }, 'vector', 'full', 'one number'],
    [{ ggml: [14, 14, 3, 1152] }, 'convolution', 'full', 'convolution 14 × 14 × 3 × 1,152'],
    [{ ggml: [14, 14, 3, 1152] }, 'convolution', 'brief', '14 × 14 × 3 × 1,152'],
    [{ ggml: [0, 3] }, 'matrix', 'full', '0 × 3'],
    [
      { ...QUERY, out: { axis: 'key heads', size: 128, heads: 1 } },
      'matrix',
      'full',
      'embedding 4,096 → 1 key head × 128',
    ],
  ] as [ShapeReport, string, 'full' | 'brief', string][])('%j of a %s, %s: %s', (shape, kind, detail, words) => {
    expect(shapeWords(shape, kind, detail)).toBe(words);
  });
});
