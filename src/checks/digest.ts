/** The digest of a whole file against what is known of it. Told where the file was read for it (`check --digest`), which no rule does. */

import { type Finding, type FindingKind, findingOf } from '../gguf/finding.js';

export const DIGEST_DIFFERS = {
  code: 'digest-differs',
  group: 'format',
  level: 'error',
  says: 'the SHA-256 of the file is {found}, but {source} says {expected}',
  hint: 'the file was changed or damaged after it got its name; download it again',
} as const satisfies FindingKind;

/** What a file is to have as its SHA-256, and who says so. */
export interface ExpectedDigest {
  source: string;
  sha256: string;
}

/** A finding for each source that says otherwise. */
export function judgeDigest(found: string, expected: readonly ExpectedDigest[]): Finding[] {
  return expected
    .filter(({ sha256 }) => sha256 !== found)
    .map(({ source, sha256 }) =>
      findingOf(DIGEST_DIFFERS, { place: { offset: 0 }, facts: { found, source, expected: sha256 } }),
    );
}
