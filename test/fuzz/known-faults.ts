/** Promises that the program breaks today: the keys of the faults that the fuzzer's short run and its examples find. */

/** A line is taken away when its fault is mended; one that no run finds any more makes the test fail. */
export const KNOWN_FAULTS: readonly string[] = [];
