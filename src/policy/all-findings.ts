/** Everything that `check` can report, with or without a policy: by code, in the order of the report. */

import { DIGEST_DIFFERS } from '../checks/digest.js';
import { CHECK_FINDINGS, type CheckCode } from '../checks/registry.js';
import type { FindingKind } from '../gguf/finding.js';
import { POLICY_FINDINGS, type PolicyCode } from './policy-findings.js';

export type FindingCode = CheckCode | PolicyCode | typeof DIGEST_DIFFERS.code;

export const ALL_FINDINGS: ReadonlyMap<FindingCode, FindingKind<FindingCode>> = new Map(
  [...CHECK_FINDINGS, DIGEST_DIFFERS, ...POLICY_FINDINGS].map((kind) => [kind.code, kind]),
);
