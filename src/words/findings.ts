/**
 * The type of a kind of finding: group, level and words. The kinds are defined where they are found: by the rules (checks/), the reader
 * (gguf/reading-findings.ts) and the policy (policy/policy-findings.ts).
 */

/** `error`: a runtime refuses the file or computes nonsense; `warning`: it runs, and someone will regret it; `advice`: good to know. */
export type Level = 'error' | 'warning' | 'advice';

/** The groups of rules, in the order of reports. The rules in `data` need the numbers of the tensors, the others only the header. */
export const RULE_GROUPS = ['format', 'model', 'advice', 'data'] as const;
export type RuleGroup = (typeof RULE_GROUPS)[number];

/** The origin of a finding: a group of rules, or a policy. */
export type FindingGroup = RuleGroup | 'policy';

/** A kind of finding: everything that is known before one occurs. */
export interface FindingKind<Code extends string = string> {
  /** Stable, because reports, policies and suppressions refer to it. */
  code: Code;
  group: FindingGroup;
  level: Level;
  /** `{name}` is replaced by the fact of that name (report/finding-entry.ts). */
  says: string;
  /** What to do about it. */
  hint?: string | undefined;
}
