/**
 * The few statistics that the benchmark states, all of them medians: on a shared machine a single run can take any time, and neither a slow
 * run nor a lucky one may move the figure. Covers no part of the GGUF specification.
 */

/**
 * Returns the value at a share of the sorted list, interpolated between neighbors.
 *
 * @param share from 0 (the least) to 1 (the greatest); 0.5 is the median
 * @returns NaN for an empty list
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The middle value; NaN for an empty list. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Returns the time as a multiple of the yardstick's: the median of the ratios round by round, not the ratio of two medians, so that a
 * change of the machine's speed between rounds cancels out.
 *
 * @param values one for each round
 * @param yardstick of the same rounds, in the same order
 */
export function medianRatio(values: readonly number[], yardstick: readonly number[]): number {
  return median(values.map((value, round) => value / (yardstick[round] ?? Number.NaN)));
}
