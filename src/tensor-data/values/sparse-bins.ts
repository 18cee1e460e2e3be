/**
 * The used bins of a histogram that has many bins but uses few, in order. The histograms of two pieces of a tensor are merged by adding, so
 * the result does not depend on how the tensor was divided.
 */

export interface SparseBins {
  /** Indexes of the bins, ascending. */
  bins: Uint16Array;
  /** The count of each bin; never 0. */
  counts: Float64Array;
}

export function noBins(): SparseBins {
  return { bins: new Uint16Array(0), counts: new Float64Array(0) };
}

/** The nonzero bins of a table from `low` to `high` (both included). The table is cleared there. */
export function gatherBins(table: Uint32Array, low: number, high: number): SparseBins {
  let used = 0;
  for (let bin = low; bin <= high; bin++) if (table[bin] !== 0) used++;
  const gathered = { bins: new Uint16Array(used), counts: new Float64Array(used) };
  for (let bin = low, at = 0; at < used; bin++) {
    const count = table[bin] as number;
    if (count === 0) continue;
    gathered.bins[at] = bin;
    gathered.counts[at++] = count;
  }
  if (used > 0) table.fill(0, low, high + 1);
  return gathered;
}

export function mergeBins(a: SparseBins, b: SparseBins): SparseBins {
  if (a.bins.length === 0) return b;
  if (b.bins.length === 0) return a;
  const bins = new Uint16Array(a.bins.length + b.bins.length);
  const counts = new Float64Array(bins.length);
  let used = 0;
  for (let i = 0, j = 0; i < a.bins.length || j < b.bins.length; used++) {
    const left = a.bins[i] ?? Number.POSITIVE_INFINITY;
    const right = b.bins[j] ?? Number.POSITIVE_INFINITY;
    bins[used] = Math.min(left, right);
    if (left <= right) counts[used] = a.counts[i++] as number;
    if (right <= left) counts[used] = (counts[used] as number) + (b.counts[j++] as number);
  }
  return { bins: bins.slice(0, used), counts: counts.slice(0, used) };
}
