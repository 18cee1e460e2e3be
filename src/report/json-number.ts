/** Converts numbers to JSON: those that JSON cannot represent become a string or null. */

/** NaN and infinities become strings, integers beyond 2^53 decimal strings; everything else is unchanged. */
export function jsonNumber(value: number | bigint): number | string {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Null for NaN and infinities, which JSON cannot represent. */
export function computedNumber(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}
