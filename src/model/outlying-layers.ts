/**
 * Finds layers that stand out: a tensor is compared with those of the same name in other layers, by its RMS and by its largest magnitude.
 *
 * On a logarithmic scale, a value stands out if its distance from the median of all layers is more than 8 times the median distance, and at
 * least a factor of 2 for the RMS or 4 for the largest magnitude. A single outlying layer does not affect medians. If layers differ much
 * anyway, as norms do from the first to the last, none is reported because of that.
 */

import type { ModelTensor } from './model.js';

/** From the scan of the numbers; null without finite numbers. */
interface Magnitudes {
  rms: number | null;
  min: number | null;
  max: number | null;
}

export interface Outlying {
  statistic: 'rms' | 'largest';
  value: number;
  /** Median of all layers. */
  median: number;
  layers: number;
}

/** With fewer layers the median is not meaningful. */
const LEAST_LAYERS = 5;

/** Limit, in multiples of the median distance from the median. */
const MOST_DISTANCES = 8;

const STATISTICS = [
  { statistic: 'rms', factor: 2, of: ({ rms }: Magnitudes) => rms ?? 0 },
  { statistic: 'largest', factor: 4, of: ({ min, max }: Magnitudes) => Math.max(-(min ?? 0), max ?? 0) },
] as const;

/** The tensors that stand out, in the order of the tensors, each with the first statistic in which it does. */
export function outlyingLayers(
  tensors: readonly ModelTensor[],
  statistics: readonly (Magnitudes | undefined)[],
): { index: number; outlying: Outlying }[] {
  const found = new Map<number, Outlying>();
  for (const indices of byPattern(tensors).values()) {
    for (const { statistic, factor, of } of STATISTICS) {
      const logs = new Map<number, number>();
      for (const index of indices) {
        const own = statistics[index];
        const value = own === undefined ? 0 : of(own);
        if (value > 0) logs.set(index, Math.log2(value));
      }
      if (logs.size < LEAST_LAYERS) continue;
      const middle = median([...logs.values()]);
      const spread = median([...logs.values()].map((log) => Math.abs(log - middle)));
      const bound = Math.max(Math.log2(factor), MOST_DISTANCES * spread);
      for (const [index, log] of logs) {
        if (found.has(index) || Math.abs(log - middle) <= bound) continue;
        found.set(index, { statistic, value: 2 ** log, median: 2 ** middle, layers: logs.size });
      }
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([index, outlying]) => ({ index, outlying }));
}

function byPattern(tensors: readonly ModelTensor[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, { classified }] of tensors.entries()) {
    if (classified.layer === null) continue;
    const group = groups.get(classified.pattern);
    if (group) group.push(index);
    else groups.set(classified.pattern, [index]);
  }
  return groups;
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
