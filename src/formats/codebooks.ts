/** The codebooks of the IQ formats, each unpacked on first use, and the signs used with them. */

import { PACKED_CODEBOOKS, type PackedCodebook } from './codebook-data.js';

export type CodebookName = keyof typeof PACKED_CODEBOOKS;

const unpacked = new Map<CodebookName, Int8Array>();

/** The vectors of a codebook one after the other: four numbers each for IQ3, eight for all others. */
export function codebook(name: CodebookName): Int8Array {
  const known = unpacked.get(name);
  if (known !== undefined) return known;
  const vectors = unpack(PACKED_CODEBOOKS[name]);
  unpacked.set(name, vectors);
  return vectors;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function unpack({ entries, numbers, levels, steps }: PackedCodebook): Int8Array {
  const vectors = new Int8Array(entries * numbers);
  let digits = -1;
  let at = 0;
  for (const sign of steps) {
    if (sign === '+') {
      digits += LETTERS.length;
      continue;
    }
    digits += LETTERS.indexOf(sign) + 1;
    for (let rest = digits, k = 0; k < numbers; k++, rest = Math.floor(rest / levels.length)) {
      vectors[at++] = levels[rest % levels.length] as number;
    }
  }
  return vectors;
}

/**
 * The signs of eight numbers from the seven stored bits: bit k is the sign of number k, and the last bit makes the number of minus signs
 * even (ggml's table `ksigns_iq2xs`).
 */
export function evenSigns(stored: number): number {
  let parity = stored ^ (stored >> 4);
  parity ^= parity >> 2;
  parity ^= parity >> 1;
  return stored | ((parity & 1) << 7);
}
