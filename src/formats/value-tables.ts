/**
 * The two small tables of values: what 4 bits stand for in FP4 (times 2) and in the non-linear formats of 4 bits. The large codebooks
 * are in codebooks.ts. Both are facts of ggml (`kvalues_fp4`, `kvalues_iq4nl`).
 */

/** Twice the values of E2M1: sign, 2 bits exponent, 1 bit fraction. */
export const FP4_VALUES = Int8Array.of(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

/** The levels of IQ4_NL and IQ4_XS: dense around zero, where most weights are. */
export const IQ4_VALUES = Int8Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
