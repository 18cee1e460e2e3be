/** Findings that were reviewed and accepted: `--ignore RULE[:TENSOR]`, and the `ignore` of a policy, which gives a reason. */

import { UsageError } from '../explained-error.js';
import type { Finding } from '../gguf/finding.js';
import { globMatcher } from '../model/select.js';
import { nearMiss } from '../words/near-miss.js';
import { ALL_FINDINGS } from './all-findings.js';
import type { Policy } from './schema.js';

export interface Ignore {
  /** Code of the finding. */
  rule: string;
  /** Name or glob of the tensor or key; undefined for all. */
  of?: string | undefined;
  reason?: string | undefined;
}

/** An entry with the number of findings that it left out. */
export interface Ignored extends Ignore {
  /** Number of findings. */
  count: number;
}

/** Reads entries from the command line. `option` is the name of the option for errors. Throws UsageError if the rule does not exist. */
export function readIgnores(texts: readonly string[], option: string): Ignore[] {
  const codes = [...ALL_FINDINGS.keys()] as string[];
  return texts.map((text) => {
    const colon = text.indexOf(':');
    const rule = colon < 0 ? text : text.slice(0, colon);
    const of = colon < 0 ? undefined : text.slice(colon + 1);
    if (!codes.includes(rule)) {
      const near = nearMiss(rule, codes);
      const hint = near === undefined ? 'gguf-explain check --list-rules lists them' : `did you mean ${near}?`;
      throw new UsageError('bad-rules', `${option} ${text}: "${rule}" is not a rule`, hint);
    }
    if (of === '') throw new UsageError('bad-rules', `${option} ${text}: the name after the colon is empty`);
    return of === undefined ? { rule } : { rule, of };
  });
}

/** The entries of a policy. */
export function ignoresOf({ ignore = [] }: Policy): Ignore[] {
  return ignore.map(({ rule, tensor, key, reason }) => ({ rule, of: tensor ?? key, reason }));
}

/** Removes the findings that match an entry and counts them for each entry. The first matching entry counts. */
export function withoutIgnored(
  findings: readonly Finding[],
  ignores: readonly Ignore[],
): { findings: Finding[]; ignored: Ignored[] } {
  const entries = ignores.map((ignore) => ({
    ...ignore,
    matches: ignore.of === undefined ? () => true : matcher(ignore.of),
    count: 0,
  }));
  const left = findings.filter((finding) => {
    const entry = entries.find(({ rule, matches }) => rule === finding.code && matches(finding));
    if (entry !== undefined) entry.count += finding.more ?? 1;
    return entry === undefined;
  });
  const ignored = entries.filter(({ count }) => count > 0).map(({ matches: _, ...entry }) => entry);
  return { findings: left, ignored };
}

function matcher(glob: string): (finding: Finding) => boolean {
  const matches = globMatcher(glob);
  return ({ place: { tensor, key } }) => [tensor, key].some((name) => name !== undefined && matches(name));
}
