/** The report of `check`: files that were read, judged by rules, and by a policy where there is one. */

import { judgeDigest } from '../checks/digest.js';
import { judge, RULES } from '../checks/registry.js';
import type { Surroundings } from '../checks/surroundings.js';
import { blamesInput, UsageError } from '../explained-error.js';
import type { GgufFile } from '../gguf/decode.js';
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
import type { ModelValues } from '../tensor-data/model-values.js';
import { RULE_GROUPS, type RuleGroup } from '../words/findings.js';
import type { DigestsFound } from './checked-digest.js';
import type { CheckedFile as FileToJudge, ReadFile } from './checked-files.js';
import { errorEntry } from './error-entry.js';
import type { ScannedModel } from './values.js';

/** The numbers of the models whose data was read. */
export type ValuesFound = WeakMap<GgufFile, ModelValues>;

/** Keeps the numbers of a model for its judgment; gives the header on. */
export function withValues(found: ValuesFound, { file, values }: ScannedModel): GgufFile {
  found.set(file, values);
  return file;
}

/** The groups of rules of these names; all but those on the numbers where none is named. Throws UsageError; `option` is what it calls them by. */
export function ruleGroups(names: readonly string[] | undefined, data: boolean, option: string): RuleGroup[] {
  const strange = names?.find((word) => !(RULE_GROUPS as readonly string[]).includes(word));
  if (strange !== undefined) {
    const message = `${option} ${strange} names no group of rules`;
    throw new UsageError('bad-rules', message, `groups are ${RULE_GROUPS.join(', ')}`);
  }
  return RULE_GROUPS.filter((group) => (group === 'data' && data) || (names?.includes(group) ?? group !== 'data'));
}

/** Throws UsageError where only headers are to be read and the rules are on the numbers. */
export function requireData({ rules, headerOnly }: CheckQuestion): void {
  if (!headerOnly || !rules.includes('data')) return;
  throw new UsageError('bad-usage', '--header-only leaves out what --data asks for', 'ask for one of them');
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
  values: ValuesFound = new WeakMap(),
  digests: DigestsFound = new WeakMap(),
): Promise<CheckReport> {
  const decide = await judgeFor(question);
  const ofData = question.rules.includes('data') ? await valuesJudge(values) : undefined;
  const files: CheckedFile[] = [];
  for await (const file of begin()) {
    files.push(
      'error' in file ? unreadable(file.target, file.error) : checkOne(file, question, { decide, ofData, digests }),
    );
  }
  return checkReport(question, files);
}

function checkOne(
  { target, model, surroundings }: ReadFile,
  question: CheckQuestion,
  { decide, ofData: judgeData, digests }: { decide: Judge; ofData: DataJudge | undefined; digests: DigestsFound },
): CheckedFile {
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

/** What is to be said of the numbers of a model. */
type DataJudge = (model: Model) => { findings: Finding[]; scan: ScanSummary };

/** Loaded only where numbers were read. */
async function valuesJudge(found: ValuesFound): Promise<DataJudge> {
  const { judgeValues } = await import('../checks/data/rules.js');
  return (model) => {
    const values = found.get(model.file) as ModelValues;
    return { findings: judgeValues(model, values), scan: scanSummary(values, model.tensors.length) };
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
