/** Checks the first bytes: version and byte order. */

import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';

export const HEADER_CHECKS = [
  /** Version 1, from the first weeks of the format, has 32-bit lengths; llama.cpp's reader has refused it since 2025. */
  defineCheck({
    code: 'version-1',
    group: 'format',
    level: 'error',
    says: 'GGUF version 1, which current llama.cpp refuses',
    hint: 'convert the model again, or load and save it with a tool of 2023',
    appliesTo: anyFile,
    judge({ file }) {
      return file.version === 1 ? [{ place: { offset: VERSION_OFFSET } }] : [];
    },
  }),
  /**
   * The reference reads numbers in the byte order of its machine and refuses a version whose lower half is zero. Nearly all machines are
   * little-endian, so the file is judged for one of these.
   */
  defineCheck({
    code: 'byte-order-swapped',
    group: 'format',
    level: 'error',
    says: 'the file is big-endian; llama.cpp on a little-endian machine refuses it',
    hint: 'convert it with gguf_convert_endian.py of llama.cpp, or run it on a big-endian machine',
    appliesTo: anyFile,
    judge({ file }) {
      return file.littleEndian ? [] : [{ place: { offset: VERSION_OFFSET } }];
    },
  }),
];

/** The version follows the magic. */
const VERSION_OFFSET = 4;
