/** The limits of options. The command line has to know them before anything is loaded; the functions of the library use them, too. */

/** No model runs with more tokens, sequences or batches. */
export const MOST_COUNT = 2 ** 30;

/** No machine has that many cores. */
export const MOST_THREADS = 256;

/** Number of nearest rows of the token table: default and maximum. */
export const NEAREST = 8;
export const MOST_NEAREST = 100;

/** Most seconds for one model of a scan: a day. */
export const MOST_SECONDS = 86_400;
