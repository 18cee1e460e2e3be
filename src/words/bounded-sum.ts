/**
 * Sums of sizes that come from outside: of sparse files, or as a server names them. What the header of a model claims is bounded where it is
 * read (gguf/limits.ts), so that sums of it are exact; sizes of any number of files are not.
 */

/** At most 2^53 − 1, which stands for all that is larger: the largest integer that JSON and this program hold exactly. */
export function boundedSum(sizes: Iterable<number>): number {
  let sum = 0;
  for (const size of sizes) sum += size;
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}
