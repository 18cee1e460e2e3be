/** The report of `check`: a verdict with findings for each file, and the worst verdict of all. */

import type { Finding } from '../gguf/finding.js';
import type { NotChecked } from '../model/not-checked.js';
import type { FindingKind, Level, RuleGroup } from '../words/findings.js';
import { formatCount } from '../words/format-quantity.js';
import { withoutSecrets } from '../words/without-secrets.js';
import type { CheckedFile, CheckReport, RulesReport, Verdict } from './check-schema.js';
import { countFindings, findingEntries } from './finding-entry.js';
import { notCheckedEntry } from './not-checked-entry.js';
import type { ErrorReport, FindingReport } from './schema.js';
import type { ScanSummary } from './values-schema.js';

/** The options of a check. */
export interface CheckQuestion {
  rules: readonly RuleGroup[];
  /** The lowest level that makes a file fail. */
  failOn: Level;
  headerOnly: boolean;
  policy?: string | undefined;
  /** Findings to leave out, in the form of `--ignore`: RULE or RULE:TENSOR. */
  ignore?: readonly string[] | undefined;
}

/** Findings that were left out, by the entry that named them. */
export type IgnoredReport = NonNullable<CheckedFile['ignored']>;

const GRAVITY: Record<Level, number> = { advice: 0, warning: 1, error: 2 };
const WORSE: Record<Verdict, number> = { pass: 0, incomplete: 1, fail: 2, unreadable: 3 };

/** Sorts findings by severity, within a level in the order of the rules. `more.data`: how far the scan of the numbers got. */
export function checkedFile(
  target: string,
  found: readonly Finding[],
  failOn: Level,
  more: {
    data?: ScanSummary | undefined;
    notChecked?: readonly NotChecked[];
    ignored?: readonly IgnoredReport[number][];
    digest?: { sha256: string; expected: readonly { source: string; sha256: string }[] } | undefined;
  } = {},
): CheckedFile {
  const { data, notChecked = [], ignored = [], digest } = more;
  const findings = findingEntries(found).sort((a, b) => GRAVITY[b.level] - GRAVITY[a.level]);
  const fails = findings.some(({ level }) => atOrAbove(level, failOn));
  const scanned = data === undefined ? {} : { data };
  return {
    target: withoutSecrets(target),
    verdict: fails ? 'fail' : data?.complete === false ? 'incomplete' : 'pass',
    ...(data?.complete === false && !fails && { error: STOPPED }),
    findings,
    ...notCheckedEntry(notChecked),
    ...(ignored.length === 0 ? {} : { ignored: [...ignored] }),
    ...(digest === undefined ? {} : { digest: digestEntry(digest) }),
    ...scanned,
  };
}

/** A file that was not read completely must not pass, even if the part that was read is sound. */
const STOPPED: ErrorReport['error'] = {
  code: 'interrupted',
  message: 'stopped before all numbers were read, so there is no verdict',
};

function digestEntry({
  sha256,
  expected,
}: {
  sha256: string;
  expected: readonly { source: string; sha256: string }[];
}): NonNullable<CheckedFile['digest']> {
  return { sha256, compared: expected.map((one) => ({ ...one, equal: one.sha256 === sha256 })) };
}

export function unreadableFile(target: string, error: ErrorReport['error']): CheckedFile {
  return { target: withoutSecrets(target), verdict: 'unreadable', error, findings: [] };
}

export function checkReport({ rules, failOn, headerOnly, policy }: CheckQuestion, files: CheckedFile[]): CheckReport {
  const verdict = files.reduce<Verdict>(
    (worst, file) => (WORSE[file.verdict] > WORSE[worst] ? file.verdict : worst),
    'pass',
  );
  const named = policy === undefined ? {} : { policy };
  return { schemaVersion: 1, rules: [...rules], failOn, headerOnly, ...named, verdict, files };
}

/** Whether a level is at least as severe as another. */
export function atOrAbove(level: Level, least: Level): boolean {
  return GRAVITY[level] >= GRAVITY[least];
}

/** Number of findings by level, most severe first; levels without findings are left out. */
export function countByLevel(findings: readonly FindingReport[]): [Level, number][] {
  return (['error', 'warning', 'advice'] as const)
    .map((level): [Level, number] => [level, countFindings(findings.filter((finding) => finding.level === level))])
    .filter(([, count]) => count > 0);
}

/** `zero-rows of blk.0.* (2 findings), duplicate-key (1 finding): the reason`, for each reason. */
export function ignoredWords(list: IgnoredReport): string {
  const byReason = new Map<string | undefined, string[]>();
  for (const { rule, of, reason, count } of list) {
    const what = `${of === undefined ? rule : `${rule} of ${of}`} (${formatCount(count, 'finding')})`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), what]);
  }
  return [...byReason]
    .map(([reason, rules]) => `${rules.join(', ')}${reason === undefined ? '' : `: ${reason}`}`)
    .join('; ');
}

/** Kinds of findings, for `--list-rules`. */
export function rulesReport(kinds: Iterable<FindingKind>): RulesReport {
  const rules = [...kinds].map(({ code, group, level, says, hint }) => ({
    ...{ code, group, level, says },
    ...(hint === undefined ? {} : { hint }),
  }));
  return { schemaVersion: 1, rules };
}
