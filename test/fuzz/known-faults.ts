/** Promises that the program breaks today: the keys of the faults that the fuzzer's short run and its examples find. */

/** Remove a line when its fault is fixed; a line that no run finds any more makes the test fail. */
export const KNOWN_FAULTS: readonly string[] = [];
