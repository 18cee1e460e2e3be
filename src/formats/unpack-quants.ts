/**
 * The small integers of a block as lists, for explaining it: quants for each number, scales for each group. The kernels compute the same
 * values internally.
 */

/** For each 16 bytes (or `half` bytes): the low halves are the first numbers, the high halves the following ones. */
export function halves(bytes: Uint8Array, at: number, numbers: number, half = 16): number[] {
  return Array.from({ length: numbers }, (_, i) => {
    const group = Math.floor(i / (2 * half));
    const place = i % (2 * half);
    return ((bytes[at + group * half + (place % half)] as number) >> (place < half ? 0 : 4)) & 15;
  });
}

/** 2 bits each as in K-quants: 32 bytes hold 128 numbers, with two bits of each byte per run of 32. */
export function planesOfTwo(bytes: Uint8Array, at: number): number[] {
  return Array.from({ length: 256 }, (_, i) => {
    const byte = bytes[at + (i >> 7) * 32 + (i & 31)] as number;
    return (byte >> (2 * ((i >> 5) & 3))) & 3;
  });
}

/** One bit each: bit k of 32 bytes belongs to the numbers from 32 × k on. */
export function planesOfOne(bytes: Uint8Array, at: number): number[] {
  return Array.from({ length: 256 }, (_, i) => ((bytes[at + (i & 31)] as number) >> (i >> 5)) & 1);
}

/** `bits` bits each, from the lowest bit of a byte up. */
export function rowOfBits(bytes: Uint8Array, at: number, numbers: number, bits: number): number[] {
  const inByte = 8 / bits;
  return Array.from({ length: numbers }, (_, i) => {
    return ((bytes[at + Math.floor(i / inByte)] as number) >> (bits * (i % inByte))) & ((1 << bits) - 1);
  });
}

/** Signed bytes. */
export function signedBytes(bytes: Uint8Array, at: number, numbers: number): number[] {
  return Array.from({ length: numbers }, (_, i) => ((bytes[at + i] as number) << 24) >> 24);
}

/** Adds a high part to each of a list of low ones. */
export function withHigh(low: readonly number[], high: readonly number[], bits: number): number[] {
  return low.map((value, i) => value | ((high[i] as number) << bits));
}
