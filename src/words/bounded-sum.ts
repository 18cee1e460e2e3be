/**
 * Sums of untrusted sizes, of sparse files or from a server. Sizes in a header are bounded when they are read (gguf/limits.ts), so their
 * sums are exact; sums over any number of files may not be.
 */

/** The sum, or 2^53 − 1 if it is larger: the largest integer that JSON and this program represent exactly. */
export function boundedSum(sizes: Iterable<number>): number {
  let sum = 0;
  for (const size of sizes) sum += size;
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}
