/**
 * The findings: one row for each thing that can be wrong or remarkable in a file that can be read all the same. The code is
 * stable; group, level and words are looked up here.
 */

import { ADVICE_FINDINGS } from './findings/advice.js';
import { DATA_FINDINGS } from './findings/data.js';
import { FORMAT_FINDINGS } from './findings/format.js';
import { MODEL_FINDINGS } from './findings/model.js';
import { POLICY_FINDINGS } from './findings/policy.js';

export type { FindingWords, Level } from './findings/finding-words.js';

/** The groups of rules, in the order in which they are told. Those of `data` need all numbers of the tensors, the others only the header. */
export const RULE_GROUPS = ['format', 'model', 'advice', 'data'] as const;
export type RuleGroup = (typeof RULE_GROUPS)[number];

/** What a finding can come from: a group of rules, or a policy. */
export type FindingGroup = RuleGroup | 'policy';

export const FINDINGS = {
  ...FORMAT_FINDINGS,
  ...MODEL_FINDINGS,
  ...ADVICE_FINDINGS,
  ...DATA_FINDINGS,
  ...POLICY_FINDINGS,
};

export type FindingCode = keyof typeof FINDINGS;

/** What a finding comes from. */
export function groupOf(code: FindingCode): FindingGroup {
  if (code in FORMAT_FINDINGS) return 'format';
  if (code in MODEL_FINDINGS) return 'model';
  if (code in DATA_FINDINGS) return 'data';
  return code in ADVICE_FINDINGS ? 'advice' : 'policy';
}
