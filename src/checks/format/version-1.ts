import type { Check } from '../check.js';

/** Lengths of 32 bits, of the first weeks of the format; llama.cpp's reader has not taken them since 2025. */
export const version1: Check = {
  code: 'version-1',
  judge({ file }) {
    return file.version === 1 ? [{ code: 'version-1', place: { offset: VERSION_OFFSET }, facts: {} }] : [];
  },
};

/** The version stands behind the magic. */
const VERSION_OFFSET = 4;
