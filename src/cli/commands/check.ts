/** `check`: a verdict on each file, for people or in a format for other programs. */

import { basename } from 'node:path';
import { UsageError } from '../../explained-error.js';
import { checkFiles, dataWanted, requireData, ruleGroups } from '../../library/check.js';
import type { DigestsFound } from '../../library/checked-digest.js';
import { type CheckedFile, checkedFiles, type ReadOne } from '../../library/checked-files.js';
import { readSampled, type SeenFiles } from '../../library/seen-data.js';
import { readHeader } from '../../open/read-header.js';
import { renderCheckPage, renderVerdicts } from '../../render/text/check-page.js';
import type { CheckQuestion } from '../../report/check-report.js';
import type { CheckReport } from '../../report/check-schema.js';
import type { CheckOptions } from '../definitions/check.js';
import { EXIT } from '../exit-codes.js';
import { type Forms, printReport, saveReport } from '../formats.js';
import { headersFor } from '../locate-target.js';
import { writeDocument } from '../output.js';
import { requireNoModel, writingTo } from '../output-file.js';
import { VERSION } from '../version.js';

export async function run(targets: string[], options: CheckOptions): Promise<void> {
  const outputs = options.output ?? [];
  const plain = outputs.find(({ format }) => format === undefined);
  for (const { path } of outputs) requireNoModel(path);
  await writingTo(plain?.path, () => runPrinting(targets, options));
}

async function runPrinting(targets: string[], options: CheckOptions): Promise<void> {
  const outputs = (options.output ?? []).flatMap(({ format, path }) =>
    format === undefined ? [] : [{ format, path }],
  );
  if (options.initPolicy && outputs.length > 0) {
    throw new UsageError(
      'bad-usage',
      '--init-policy prints a policy, not a report',
      'write --output FILE, without a format',
    );
  }
  if (options.listRules) return await printRules(options);
  if (targets.length === 0) {
    throw new UsageError('bad-usage', 'check needs a model', 'name files, folders or globs, or - for standard input');
  }
  const { failOn, headerOnly = false, policy, data = false, ignore } = options;
  const rules = ruleGroups(options.rules, { data, headerOnly }, '--rules');
  const question: CheckQuestion = { rules, failOn, headerOnly, policy, ignore };
  requireData(question);
  const seen: SeenFiles = new WeakMap();
  const digests: DigestsFound = new WeakMap();
  const read = await withDigests(await reading(question, options, seen), options, digests);
  const asking = { headers: headersFor, templates: question.rules.includes('advice') };
  const files = await filesBesideDraft(targets, () => checkedFiles(targets, read, asking), options);
  const report = await checkFiles(files, question, seen, digests);
  if (options.initPolicy) return await printPolicy(targets, report);
  const forms = formsFor(options);
  for (const output of outputs) await saveReport(report, output, forms);
  await printReport(report, options.format, forms);
  process.exitCode = EXIT_CODES[report.verdict];
}

const EXIT_CODES = { pass: EXIT.fine, fail: EXIT.findings, incomplete: EXIT.findings, unreadable: EXIT.failed };

/** Returns the function that reads a file: its header, samples of its numbers, or all of them. */
async function reading({ rules }: CheckQuestion, options: CheckOptions, seen: SeenFiles): Promise<ReadOne> {
  const { headerOnly = false, data = false, sample = false, threads } = options;
  const wanted = dataWanted(options.rules, { data, headerOnly });
  if (wanted === 'none') return (location) => readHeader(location);
  if (wanted === 'samples') {
    const how = { numbers: rules.includes('data'), remote: sample };
    return (location) => readSampled(location, how, seen);
  }
  const [{ readScanned }, { watchOnTerminal }, { closeInput }] = await Promise.all([
    import('../../library/scanned-data.js'),
    import('../terminal-watch.js'),
    import('../interruption.js'),
  ]);
  return (location) =>
    readScanned(location, { settings: { threads }, watch: watchOnTerminal, close: closeInput }, seen);
}

/** Adds the digest of each file, if `--digest` asks for it. */
async function withDigests(read: ReadOne, { digest }: CheckOptions, found: DigestsFound): Promise<ReadOne> {
  if (!digest) return read;
  const [{ checkedDigest }, { watchOnTerminal }] = await Promise.all([
    import('../../library/checked-digest.js'),
    import('../terminal-watch.js'),
  ]);
  return async (location) => {
    const file = await read(location);
    const one = await checkedDigest(location, watchOnTerminal);
    if (one !== undefined) found.set(file, one);
    return file;
  };
}

/** The same files, compared with the draft model if one is named. */
async function filesBesideDraft(
  targets: readonly string[],
  files: () => AsyncIterable<CheckedFile>,
  { draft: target }: CheckOptions,
): Promise<() => AsyncIterable<CheckedFile>> {
  if (target === undefined && targets.length !== 2) return files;
  const { draftAmong, withDraft } = await import('../../library/draft.js');
  const draft = target === undefined ? draftAmong(targets) : { target, asked: true };
  return draft === undefined ? files : () => withDraft(files(), draft, { headers: headersFor });
}

function formsFor({ quiet }: CheckOptions): Forms<CheckReport, CheckOptions['format']> {
  return {
    text: quiet ? renderVerdicts : renderCheckPage,
    junit: async (shown) => (await import('../../render/junit.js')).junit(shown, new Date()),
    sarif: async (shown) => {
      const [{ sarif }, { ALL_FINDINGS }] = await Promise.all([
        import('../../render/sarif.js'),
        import('../../policy/all-findings.js'),
      ]);
      return sarif(shown, VERSION, ALL_FINDINGS);
    },
    github: async (shown) => (await import('../../render/github.js')).githubAnnotations(shown),
    gitlab: async (shown) => (await import('../../render/gitlab.js')).gitlabCodeQuality(shown, process.cwd()),
    markdown: async (shown) => (await import('../../render/check-markdown.js')).checkMarkdown(shown),
  };
}

/** The levels are those of the rules; a policy is not applied. */
async function printRules({ format }: CheckOptions): Promise<void> {
  const [{ ALL_FINDINGS }, { rulesReport }, { renderRules, rulesMarkdown }] = await Promise.all([
    import('../../policy/all-findings.js'),
    import('../../report/check-report.js'),
    import('../../render/text/rules-page.js'),
  ]);
  if (format !== 'text' && format !== 'json' && format !== 'markdown') {
    throw new UsageError(
      'bad-usage',
      `--list-rules cannot be printed as ${format}`,
      'choose from text, json and markdown',
    );
  }
  await printReport(rulesReport(ALL_FINDINGS.values()), format, { text: renderRules, markdown: rulesMarkdown });
}

/** Throws UsageError if more than one model is named, or if the model cannot be read. */
async function printPolicy(targets: readonly string[], { files }: CheckReport): Promise<void> {
  const [target = '', ...others] = targets;
  if (others.length > 0) throw new UsageError('bad-usage', '--init-policy describes one model', 'name one model');
  const [{ policyFor }, { openTarget }] = await Promise.all([
    import('../../policy/write-policy.js'),
    import('../open-target.js'),
  ]);
  await using opened = await openTarget(target);
  const borne = files.flatMap(({ findings }) =>
    findings
      .filter(({ level, group }) => level !== 'advice' && group !== 'policy')
      .map(({ code, place: { tensor, key } }) => ({ code, tensor, key })),
  );
  writeDocument([policyFor(basename(target), opened.model, borne)]);
}
