import type { Check } from '../check.js';

/**
 * The reference reads numbers in the byte order of its machine and refuses a version whose lower half is zero. Nearly all machines
 * are little-endian, and so is the one that is judged for.
 */
export const byteOrderSwapped: Check = {
  code: 'byte-order-swapped',
  judge({ file }) {
    return file.littleEndian ? [] : [{ code: 'byte-order-swapped', place: { offset: VERSION_OFFSET }, facts: {} }];
  },
};

/** The version stands behind the magic. */
const VERSION_OFFSET = 4;
