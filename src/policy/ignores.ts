/** Findings that somebody has looked at and accepts: `--ignore RULE[:TENSOR]`, and the `ignore` of a policy, which gives a reason. */

import { UsageError } from '../explained-error.js';
import type { Finding } from '../gguf/finding.js';
import { globMatcher } from '../model/select.js';
import { nearMiss } from '../words/near-miss.js';
import { ALL_FINDINGS } from './all-findings.js';
import type { Policy } from './schema.js';

export interface Ignore {
  /** Code of the finding. */
  rule: string;
  /** Name or glob of the tensor or key that it is about; undefined for all. */
  of?: string | undefined;
  reason?: string | undefined;
}

/** What was left out by one entry. */
export interface Ignored extends Ignore {
  /** How many findings. */
  count: number;
}

/** Entries of the command line. `option` is how errors call them. Throws UsageError for a rule that there is none of. */
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

/** Those of a policy. */
export function ignoresOf({ ignore = [] }: Policy): Ignore[] {
  return ignore.map(({ rule, tensor, key, reason }) => ({ rule, of: tensor ?? key, reason }));
}

/** Findings without those that an entry names, and what each entry left out; the first entry that fits counts. */
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
