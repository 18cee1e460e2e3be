/** Compares the digest of a whole file with the expected ones. Only for `check --digest`, which reads the whole file; rules do not. */

import { type Finding, type FindingKind, findingOf } from '../gguf/finding.js';

export const DIGEST_DIFFERS = {
  code: 'digest-differs',
  group: 'format',
  level: 'error',
  says: 'the SHA-256 of the file is {found}, but {source} says {expected}',
  hint: 'the file was changed or damaged after it got its name; download it again',
} as const satisfies FindingKind;

/** The expected SHA-256 of a file, and its source. */
export interface ExpectedDigest {
  source: string;
  sha256: string;
}

/** A finding for each source that disagrees. */
export function judgeDigest(found: string, expected: readonly ExpectedDigest[]): Finding[] {
  return expected
    .filter(({ sha256 }) => sha256 !== found)
    .map(({ source, sha256 }) =>
      findingOf(DIGEST_DIFFERS, { place: { offset: 0 }, facts: { found, source, expected: sha256 } }),
    );
}
