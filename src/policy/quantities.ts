/** Amounts as people write them in a policy: `8GiB`, `500 MB`, `8B` parameters; a plain number stands for itself. */

/** A number, then a unit of bytes: decimal (`MB`) or binary (`MiB`). A small b would be a bit. */
export const BYTES_PATTERN = /^\d+(\.\d+)?\s*([kKMGT]i?)?B$/;

/** A number, then thousand, million, billion or trillion. */
export const COUNT_PATTERN = /^\d+(\.\d+)?\s*[kKMBT]$/;

/** Bytes of a text that fits `BYTES_PATTERN`, rounded to a whole one. May be beyond 2^53. */
export function bytesOf(text: string): number {
  const unit = text.replace(/[\d.\s]/g, '').toUpperCase();
  const power = 'BKMGT'.indexOf(unit.charAt(0));
  return Math.round(Number.parseFloat(text) * (unit.includes('I') ? 1024 : 1000) ** power);
}

/** The count of a text that fits `COUNT_PATTERN`, rounded to a whole one. May be beyond 2^53. */
export function countOf(text: string): number {
  const power = 'KMBT'.indexOf(text.charAt(text.length - 1).toUpperCase()) + 1;
  return Math.round(Number.parseFloat(text) * 1000 ** power);
}
