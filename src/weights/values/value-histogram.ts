/**
 * The histogram of a tensor over its own range, in bins of equal width: a second pass over its numbers, when minimum, maximum, mean and
 * deviation are known. It counts exactly what the scan's one pass can only tell to the width of a bin.
 */

/** What the second pass counts against. */
export interface HistogramRange {
  /** The first bin begins here. */
  min: number;
  /** The last one ends here, and has what equals it. */
  max: number;
  bins: number;
  /** What lies outside of these bounds is counted too. */
  bounds?: { below: number; above: number };
}

export interface ValueHistogram {
  counts: Float64Array;
  /** Numbers outside of the bounds. */
  outside: number;
  /** Takes some numbers; those that are not finite or not in the range are in no bin. */
  add(values: Float32Array, count: number): void;
}

/** An empty histogram. Where minimum and maximum are the same, all is in the first bin. */
export function valueHistogram({ min, max, bins, bounds }: HistogramRange): ValueHistogram {
  const scale = max > min ? bins / (max - min) : 0;
  const below = bounds?.below ?? Number.NEGATIVE_INFINITY;
  const above = bounds?.above ?? Number.POSITIVE_INFINITY;
  const histogram: ValueHistogram = {
    counts: new Float64Array(bins),
    outside: 0,
    add(values, count) {
      const { counts } = histogram;
      for (let i = 0; i < count; i++) {
        const value = values[i] as number;
        if (value < below || value > above) histogram.outside++;
        if (!(value >= min && value <= max)) continue;
        const bin = Math.min(bins - 1, Math.floor((value - min) * scale));
        counts[bin] = (counts[bin] as number) + 1;
      }
    },
  };
  return histogram;
}
