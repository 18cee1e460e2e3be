/** A stored number as JSON can hold it: what JSON has no number for is a string. */

/** NaN and infinities as strings; integers beyond 2^53 as decimal strings; all else as it is. */
export function jsonNumber(value: number | bigint): number | string {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
