/**
 * What a finding can be: its group, its level and its words. The kinds themselves stand where they are found: with the rules
 * (checks/), with the reading (gguf/reading-findings.ts) and with the policy (policy/policy-findings.ts).
 */

/** `error`: a runtime refuses the file or computes nonsense; `warning`: it runs, and someone will regret it; `advice`: good to know. */
export type Level = 'error' | 'warning' | 'advice';

/** The groups of rules, in the order in which they are told. Those of `data` need all numbers of the tensors, the others only the header. */
export const RULE_GROUPS = ['format', 'model', 'advice', 'data'] as const;
export type RuleGroup = (typeof RULE_GROUPS)[number];

/** What a finding can come from: a group of rules, or a policy. */
export type FindingGroup = RuleGroup | 'policy';

/** All that is known of a finding before there is one. */
export interface FindingKind<Code extends string = string> {
  /** Stable: reports, policies and suppressions name it. */
  code: Code;
  group: FindingGroup;
  level: Level;
  /** `{name}` is filled with the fact of that name (report/finding-entry.ts). */
  says: string;
  /** What to do about it. */
  hint?: string | undefined;
}
