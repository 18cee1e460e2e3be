/** The report of `check`: judges files by the rules, and by a policy if one is given. */

import { judgeDigest } from '../checks/digest.js';
import { judge, RULES } from '../checks/registry.js';
import type { Surroundings } from '../checks/surroundings.js';
import { blamesInput, UsageError } from '../explained-error.js';
import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import { notChecked } from '../model/not-checked.js';
import {
  type CheckQuestion,
  checkedFile,
  checkReport,
  type IgnoredReport,
  unreadableFile,
} from '../report/check-report.js';
import type { CheckedFile, CheckReport } from '../report/check-schema.js';
import { scanSummary } from '../report/values-entry.js';
import type { ScanSummary } from '../report/values-schema.js';
import { RULE_GROUPS, type RuleGroup } from '../words/findings.js';
import type { DigestsFound } from './checked-digest.js';
import type { CheckedFile as FileToJudge, ReadFile } from './checked-files.js';
import { errorEntry } from './error-entry.js';
import type { SeenFiles } from './seen-data.js';

/**
 * The rule groups with these names. Without names: all groups, except the rules on data when only headers are read. Throws UsageError;
 * `option` is the name of the option for its message.
 */
export function ruleGroups(
  names: readonly string[] | undefined,
  { data, headerOnly }: { data: boolean; headerOnly: boolean },
  option: string,
): RuleGroup[] {
  const strange = names?.find((word) => !(RULE_GROUPS as readonly string[]).includes(word));
  if (strange !== undefined) {
    const message = `${option}: "${strange}" is not a group of rules`;
    throw new UsageError('bad-rules', message, `groups are ${RULE_GROUPS.join(', ')}`);
  }
  return RULE_GROUPS.filter(
    (group) => (group === 'data' && data) || (names?.includes(group) ?? (group !== 'data' || !headerOnly)),
  );
}

/** How much of the data is read: all of it if `data` is set or the data rules are named. */
export function dataWanted(
  names: readonly string[] | undefined,
  { data, headerOnly }: { data: boolean; headerOnly: boolean },
): 'all' | 'samples' | 'none' {
  if (data || names?.includes('data')) return 'all';
  return headerOnly ? 'none' : 'samples';
}

/** Throws UsageError if only headers are to be read, but the data rules were asked for. */
export function requireData({ rules, headerOnly }: CheckQuestion): void {
  if (!headerOnly || !rules.includes('data')) return;
  throw new UsageError('bad-usage', '--header-only and --data contradict each other', 'ask for one of them');
}

/** Codes of findings that need more than the header. */
const BEYOND_HEADER: ReadonlySet<string> = new Set(
  RULES.filter(({ beyondHeader }) => beyondHeader).map(({ code }) => code),
);

/** The findings that are reported for a model, and what was ignored. */
interface Decided {
  findings: Finding[];
  ignored?: IgnoredReport;
}

/** Applies a policy: adds its demands on a model, changes the levels of findings, and removes the ignored ones. */
type Judge = (findings: readonly Finding[], model: Model, surroundings: Surroundings) => Decided;

/** Throws PolicyError for a policy that cannot be read, and UsageError for an unknown rule in `ignore`. */
async function judgeFor({ policy: path, ignore = [] }: CheckQuestion): Promise<Judge> {
  if (path === undefined && ignore.length === 0) return (findings) => ({ findings: [...findings] });
  const { ignoresOf, readIgnores, withoutIgnored } = await import('../policy/ignores.js');
  const asked = readIgnores(ignore, '--ignore');
  if (path === undefined) return (findings) => withoutIgnored(findings, asked);
  const [{ readPolicy }, { applyRuleLevels, judgePolicy }] = await Promise.all([
    import('../policy/read-policy.js'),
    import('../policy/judge-policy.js'),
  ]);
  const policy = readPolicy(path);
  const ignores = [...asked, ...ignoresOf(policy)];
  return (findings, model, surroundings) => {
    const all = [...findings, ...judgePolicy(policy, model, surroundings)];
    return withoutIgnored(applyRuleLevels(policy, all), ignores);
  };
}

/**
 * Judges files one after the other. A file that cannot be read gets a verdict; a fault of the program is thrown.
 *
 * @param begin Returns the files; called after the policy was read.
 */
export async function checkFiles(
  begin: () => AsyncIterable<FileToJudge>,
  question: CheckQuestion,
  seen: SeenFiles = new WeakMap(),
  digests: DigestsFound = new WeakMap(),
): Promise<CheckReport> {
  const decide = await judgeFor(question);
  const ofData = question.rules.includes('data') ? await valuesJudge(seen) : undefined;
  const files: CheckedFile[] = [];
  for await (const file of begin()) {
    files.push(
      'error' in file
        ? unreadable(file.target, file.error)
        : checkOne(file, question, { decide, seen, ofData, digests }),
    );
  }
  return checkReport(question, files);
}

function checkOne(
  { target, model, surroundings: around }: ReadFile,
  question: CheckQuestion,
  {
    decide,
    seen,
    ofData: judgeData,
    digests,
  }: { decide: Judge; seen: SeenFiles; ofData: DataJudge | undefined; digests: DigestsFound },
): CheckedFile {
  const headers = seen.get(model.file)?.headers;
  const surroundings = headers === undefined ? around : { ...around, headers };
  const findings = judge(model, surroundings).filter(
    ({ code, group }) => asked(group, question) && !(question.headerOnly && BEYOND_HEADER.has(code)),
  );
  const ofData = judgeData?.(model);
  const digest = digests.get(model.file);
  const ofDigest = digest === undefined ? [] : judgeDigest(digest.sha256, digest.expected);
  const all = [...findings, ...ofDigest, ...(ofData?.findings ?? [])];
  const decided = decide(all, model, surroundings);
  return checkedFile(target, decided.findings, question.failOn, {
    data: ofData?.scan,
    ignored: decided.ignored ?? [],
    digest,
    notChecked: asked('model', question) ? notChecked(model) : [],
  });
}

/** Findings on the numbers of a model; undefined if no numbers were read. */
type DataJudge = (model: Model) => { findings: Finding[]; scan: ScanSummary | undefined } | undefined;

async function valuesJudge(seen: SeenFiles): Promise<DataJudge> {
  const { judgeUnasked, judgeValues } = await import('../checks/data/rules.js');
  return (model) => {
    const { values, all } = seen.get(model.file) ?? {};
    if (!values) return undefined;
    const findings = (all ? judgeValues : judgeUnasked)(model, values);
    const scan = scanSummary(values, model.tensors.length);
    // For a small file that was read whole, the report needs no note about it.
    return { findings, scan: all || scan.sampled !== undefined ? scan : undefined };
  };
}

function asked(group: string, { rules }: CheckQuestion): boolean {
  return (rules as readonly string[]).includes(group);
}

/** Only a problem of the input becomes a verdict; a fault of the program is thrown. */
function unreadable(target: string, error: unknown): CheckedFile {
  if (blamesInput(error)) return unreadableFile(target, errorEntry(error));
  throw error;
}
