/** A number that was computed in float32, for a report: seven digits are all that it has. */

/** Null for what is no number, which JSON cannot hold. */
export function computedNumber(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}
