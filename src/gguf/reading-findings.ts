/** Findings that only the reader can make: these bytes are not kept, so no rule could find them later. */

import type { FindingKind } from './finding.js';

export const INVALID_UTF8 = {
  code: 'invalid-utf8',
  group: 'format',
  level: 'warning',
  says: '{what} holds bytes that are not UTF-8; they are shown as \uFFFD',
  hint: 'the converter wrote it so, or the file is damaged: compare its SHA-256 with that of the original',
} as const satisfies FindingKind;

export const BOOL_NOT_0_OR_1 = {
  code: 'bool-not-0-or-1',
  group: 'format',
  level: 'warning',
  says: '{what} holds a bool that is neither 0 nor 1; it is read as true',
  hint: 'the specification calls such a file invalid; the reference loads it',
} as const satisfies FindingKind;

export const READING_FINDINGS = [INVALID_UTF8, BOOL_NOT_0_OR_1] as const;
