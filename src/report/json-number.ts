/** Numbers as JSON can hold them: what JSON has no number for is a string or null. */

/** NaN and infinities as strings; integers beyond 2^53 as decimal strings; all else as it is. */
export function jsonNumber(value: number | bigint): number | string {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Null for what is no number, which JSON cannot hold. */
export function computedNumber(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}
