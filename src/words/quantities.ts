/**
 * Parses amounts as people write them, on the command line and in a policy: one grammar and one meaning for each kind of amount. The
 * patterns also appear in the JSON Schema of a policy, so they have no flags.
 */

/**
 * Bytes: a number and a unit. KB, MB and GB are powers of 1,000; KiB, MiB and GiB are powers of 1,024, and so are K, M and G, as in
 * runtimes and `ls -h`. A lower-case b after a capital (`8Gb`) would be bits, and is refused.
 */
export const BYTES_PATTERN = /^\s*\d+(\.\d+)?(\s*([kKMGT]([iI]?B)?|[kmgt](i?b)?|[bB]))?\s*$/;

/** Counts of tokens and other things: `8192`, `8,192`, `8_192` or `8k`. k is 1,024, as usual for context lengths. */
export const COUNT_PATTERN = /^\s*\d[\d,_]*(\s*[kKmM])?\s*$/;

/** Parameters: `8B`, `500M`. Powers of 1,000, as in the names of models. */
export const PARAMETERS_PATTERN = /^\s*\d+(\.\d+)?\s*[kKMBT]\s*$/;

/** Parses an amount of bytes, rounded to an integer; null if the text is not one. May be beyond 2^53. */
export function bytesFrom(text: string): number | null {
  if (!BYTES_PATTERN.test(text)) return null;
  const unit = unitOf(text);
  const base = /^[KMGT](I|$)/.test(unit) ? 1024 : 1000;
  return Math.round(Number.parseFloat(text) * base ** Math.max(0, 'BKMGT'.indexOf(unit.charAt(0))));
}

/** Parses a count; null if the text is not one. May be beyond 2^53. */
export function countFrom(text: string): number | null {
  if (!COUNT_PATTERN.test(text)) return null;
  return Number(text.replace(/\D/g, '')) * 1024 ** ' KM'.indexOf(unitOf(text) || ' ');
}

/** Parses a number of parameters, rounded to an integer; null if the text is not one. May be beyond 2^53. */
export function parametersFrom(text: string): number | null {
  if (!PARAMETERS_PATTERN.test(text)) return null;
  return Math.round(Number.parseFloat(text) * 1000 ** (1 + 'KMBT'.indexOf(unitOf(text))));
}

function unitOf(text: string): string {
  return text.replace(/[^a-z]/gi, '').toUpperCase();
}
