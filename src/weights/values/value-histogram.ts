/**
 * The histogram of some tensors over their own range, in bins of equal width: a second pass over the numbers, when minimum and maximum
 * are known. It counts exactly; the histogram of the scan's one pass is right to the width of its own bins alone.
 */

/** What the second pass counts against. */
export interface HistogramRange {
  /** The first bin begins here. */
  min: number;
  /** The last one ends here, and has what equals it. */
  max: number;
  bins: number;
}

export interface ValueHistogram {
  counts: Float64Array;
  /** Takes some numbers; those that are not finite or not in the range are in no bin. */
  add(values: Float32Array, count: number): void;
}

/** An empty histogram. Where minimum and maximum are the same, all is in the first bin. */
export function valueHistogram({ min, max, bins }: HistogramRange): ValueHistogram {
  const scale = max > min ? bins / (max - min) : 0;
  const counts = new Float64Array(bins);
  return {
    counts,
    add(values, count) {
      for (let i = 0; i < count; i++) {
        const value = values[i] as number;
        if (!(value >= min && value <= max)) continue;
        const bin = Math.min(bins - 1, Math.floor((value - min) * scale));
        counts[bin] = (counts[bin] as number) + 1;
      }
    },
  };
}
