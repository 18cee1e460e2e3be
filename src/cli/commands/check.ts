/** `check`: a verdict on each file, in the words or the format that whoever asked can use. */

import type { Surroundings } from '../../checks/check.js';
import { DATA_RULES } from '../../checks/format/data-rules.js';
import { judge } from '../../checks/registry.js';
import { blamesInput } from '../../explained-error.js';
import type { Finding } from '../../gguf/finding.js';
import type { Model } from '../../model/model.js';
import { notChecked } from '../../model/not-checked.js';
import { readHeader } from '../../open/read-header.js';
import { jsonPieces } from '../../render/json.js';
import { renderCheckPage, renderVerdicts } from '../../render/text/check-page.js';
import { type CheckQuestion, checkedFile, checkReport, unreadableFile } from '../../report/check-report.js';
import type { CheckedFile, CheckReport } from '../../report/check-schema.js';
import { groupOf, type Level, RULE_GROUPS, type RuleGroup } from '../../words/findings.js';
import type { Reading } from '../check-values.js';
import { checkedFiles, type ReadFile } from '../checked-files.js';
import { errorEntry } from '../error-entry.js';
import { EXIT } from '../exit-codes.js';
import { writeAnnotations, writeDocument, writeJson, writeLines } from '../output.js';
import { renderOptions } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { VERSION } from '../version.js';

export interface CheckOptions {
  rules?: string;
  failOn: Level;
  headerOnly?: boolean;
  data?: boolean;
  threads?: string;
  policy?: string;
  quiet?: boolean;
  format: 'text' | 'json' | 'junit' | 'sarif' | 'github';
  json?: boolean;
}

/** A policy as a judge: what it demands of a model, and how grave it takes findings. */
type Judge = (findings: readonly Finding[], model: Model, surroundings: Surroundings) => Finding[];

export async function checkCommand(targets: string[], options: CheckOptions): Promise<void> {
  const { failOn, headerOnly = false, policy } = options;
  const question: CheckQuestion = { rules: groupsOf(options), failOn, headerOnly, policy };
  const decide = await policyJudge(policy);
  const files = await checkAll(targets, question, decide, await readingOf(question, options));
  const report = checkReport(question, files);
  await print(report, options);
  process.exitCode = { pass: EXIT.fine, fail: EXIT.findings, unreadable: EXIT.failed }[report.verdict];
}

/** How the files are read: their headers alone, or all of them. */
async function readingOf({ headerOnly, rules }: CheckQuestion, { threads }: CheckOptions): Promise<Reading> {
  if (!rules.includes('data')) return { read: (location) => readHeader(location, { toEnd: !headerOnly }) };
  if (headerOnly) {
    throw new UsageError('bad-usage', '--header-only leaves out what --data asks for', 'ask for one of them');
  }
  const { readingValues } = await import('../check-values.js');
  return readingValues(threads);
}

function groupsOf({ rules: words, data }: CheckOptions): RuleGroup[] {
  if (words === undefined) return RULE_GROUPS.filter((group) => group !== 'data' || data);
  const wanted = words.split(',').map((word) => word.trim());
  const strange = wanted.find((word) => !(RULE_GROUPS as readonly string[]).includes(word));
  if (strange !== undefined) {
    throw new UsageError(
      'bad-rules',
      `--rules ${strange} names no group of rules`,
      `groups are ${RULE_GROUPS.join(', ')}`,
    );
  }
  return RULE_GROUPS.filter((group) => wanted.includes(group) || (group === 'data' && data));
}

async function policyJudge(path: string | undefined): Promise<Judge> {
  if (path === undefined) return (findings) => [...findings];
  const [{ readPolicy }, { applyRuleLevels, judgePolicy }] = await Promise.all([
    import('../../policy/read-policy.js'),
    import('../../policy/judge-policy.js'),
  ]);
  const policy = readPolicy(path);
  return (findings, model, surroundings) =>
    applyRuleLevels(policy, [...findings, ...judgePolicy(policy, model, surroundings)]);
}

async function checkAll(
  targets: readonly string[],
  question: CheckQuestion,
  decide: Judge,
  reading: Reading,
): Promise<CheckedFile[]> {
  const files: CheckedFile[] = [];
  for await (const file of checkedFiles(targets, reading.read)) {
    files.push('error' in file ? unreadable(file.target, file.error) : checkOne(file, question, decide, reading));
  }
  return files;
}

function checkOne(
  { target, model, surroundings }: ReadFile,
  question: CheckQuestion,
  decide: Judge,
  { judgeData }: Reading,
): CheckedFile {
  const findings = judge(model, surroundings).filter(
    ({ code }) => asked(groupOf(code), question) && !(question.headerOnly && DATA_RULES.has(code)),
  );
  const ofData = judgeData?.(model);
  const all = [...findings, ...(ofData?.findings ?? [])];
  return checkedFile(target, decide(all, model, surroundings), question.failOn, {
    data: ofData?.scan,
    notChecked: asked('model', question) ? notChecked(model) : [],
  });
}

function asked(group: string, { rules }: CheckQuestion): boolean {
  return (rules as readonly string[]).includes(group);
}

/** Only what is wrong with the input is a verdict; a fault of the program stays one. */
function unreadable(target: string, error: unknown): CheckedFile {
  if (blamesInput(error)) return unreadableFile(target, errorEntry(error));
  throw error;
}

async function print(report: CheckReport, { format, json, quiet }: CheckOptions): Promise<void> {
  if (json || format === 'json') writeJson(jsonPieces(report));
  else if (format === 'junit') writeDocument((await import('../../render/junit.js')).junit(report, new Date()));
  else if (format === 'sarif') writeJson((await import('../../render/sarif.js')).sarif(report, VERSION));
  else if (format === 'github') writeAnnotations((await import('../../render/github.js')).githubAnnotations(report));
  else writeLines((quiet ? renderVerdicts : renderCheckPage)(report, await renderOptions()));
}
