/** The report of `check`: files that were read, judged by rules, and by a policy where there is one. */

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
 * The groups of rules of these names; all where none is named, but those on the numbers where only headers are to be read. Throws
 * UsageError; `option` is what it calls them by.
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

/** How much of the data is read: all of it where that is said, or rules on the numbers are asked for by name. */
export function dataWanted(
  names: readonly string[] | undefined,
  { data, headerOnly }: { data: boolean; headerOnly: boolean },
): 'all' | 'samples' | 'none' {
  if (data || names?.includes('data')) return 'all';
  return headerOnly ? 'none' : 'samples';
}

/** Throws UsageError where only headers are to be read and the rules are on the numbers. */
export function requireData({ rules, headerOnly }: CheckQuestion): void {
  if (!headerOnly || !rules.includes('data')) return;
  throw new UsageError('bad-usage', '--header-only and --data contradict each other', 'ask for one of them');
}

/** What nobody can tell who has only the header. */
const BEYOND_HEADER: ReadonlySet<string> = new Set(
  RULES.filter(({ beyondHeader }) => beyondHeader).map(({ code }) => code),
);

/** What is told of a model in the end, and what was left out. */
interface Decided {
  findings: Finding[];
  ignored?: IgnoredReport;
}

/** A policy as a judge: what it demands of a model, how grave it takes findings, and which it bears. */
type Judge = (findings: readonly Finding[], model: Model, surroundings: Surroundings) => Decided;

/** Throws PolicyError for a policy that cannot be read, and UsageError for a rule to ignore that there is none of. */
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
 * Judges files one after the other. A file that cannot be read is a verdict; a fault of the program is thrown.
 *
 * @param begin Gives the files, once the policy has been read.
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

/** What is to be said of the numbers of a model; undefined where none were read. */
type DataJudge = (model: Model) => { findings: Finding[]; scan: ScanSummary | undefined } | undefined;

async function valuesJudge(seen: SeenFiles): Promise<DataJudge> {
  const { judgeUnasked, judgeValues } = await import('../checks/data/rules.js');
  return (model) => {
    const { values, all } = seen.get(model.file) ?? {};
    if (!values) return undefined;
    const findings = (all ? judgeValues : judgeUnasked)(model, values);
    const scan = scanSummary(values, model.tensors.length);
    // Nobody has to be told that a small file was read whole.
    return { findings, scan: all || scan.sampled !== undefined ? scan : undefined };
  };
}

function asked(group: string, { rules }: CheckQuestion): boolean {
  return (rules as readonly string[]).includes(group);
}

/** Only what is wrong with the input is a verdict; a fault of the program stays one. */
function unreadable(target: string, error: unknown): CheckedFile {
  if (blamesInput(error)) return unreadableFile(target, errorEntry(error));
  throw error;
}
