/** A histogram in bins of equal width: what ../../tensor-data/values/plain-kernels.ts counts, in doubles as there. */

/** Counts in four consecutive tables, so that equal neighbors do not wait for each other. */
export function histogram(values: usize, count: i32, min: f64, max: f64, scale: f64, bins: i32, tables: usize): void {
  const bytes = (<usize>bins) << 2;
  const last = bins - 1;
  const end = values + ((<usize>count) << 2);
  let table = tables;
  const behind = tables + 4 * bytes;
  for (let at = values; at < end; at += 4) {
    const value = <f64>load<f32>(at);
    if (value >= min && value <= max) {
      const bin = <i32>((value - min) * scale);
      const place = table + ((<usize>(bin < last ? bin : last)) << 2);
      store<u32>(place, load<u32>(place) + 1);
    }
    table += bytes;
    if (table === behind) table = tables;
  }
}
