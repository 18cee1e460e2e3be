/** Two stacks of layers that run in turns: which layer uses which tensors, and when a run ends. */

import { describe, expect, it } from 'vitest';
import { planCycles } from '../../src/inference/plan-cycles.js';

const KEYS = { layers: 'layers', cycles: 'cycles', lowRuns: 'low_runs', firstLow: 'first' };

function plan(counts: Readonly<Record<string, number>>, layers: number) {
  return planCycles(KEYS, layers, (key) => counts[key] as number);
}

describe('stacks that run in turns', () => {
  it('run the low stack as often as the key says before each run of the high one', () => {
    const { block, ends } = plan({ layers: 2, cycles: 2, low_runs: 2 }, 12);
    const layers = Array.from({ length: 12 }, (_, layer) => layer);
    expect(layers.map(block)).toEqual([0, 1, 0, 1, 2, 3, 0, 1, 0, 1, 2, 3]);
    expect(layers.map(ends)).toEqual(['low', 'low', 'high', 'low', 'low', 'high'].flatMap((stack) => [null, stack]));
  });

  it('are refused where the keys give another number of layers than the file', () => {
    expect(() => plan({ layers: 2, cycles: 2, low_runs: 2 }, 10)).toThrow(
      'block_count is 10, and layers, cycles and low_runs make 12',
    );
  });
});
