/** The limits of options, for the command line, which has to know them before anything is loaded, and for the functions of the library. */

/** No model is run with more tokens, sequences or batches. */
export const MOST_COUNT = 2 ** 30;

/** More threads than any machine has cores for. */
export const MOST_THREADS = 256;

/** Rows of the token table that are near to one, where nothing is said and at most. */
export const NEAREST = 8;
export const MOST_NEAREST = 100;

/** Seconds that one model of a scan may take: a day. */
export const MOST_SECONDS = 86_400;
