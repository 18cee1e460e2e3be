/** `check`: a verdict on each file, in the words or the format that whoever asked can use. */

import { checkFiles, requireData, ruleGroups, type ValuesFound, withValues } from '../../library/check.js';
import { checkedFiles, type ReadOne } from '../../library/checked-files.js';
import { readHeader } from '../../open/read-header.js';
import { jsonPieces } from '../../render/json.js';
import { renderCheckPage, renderVerdicts } from '../../render/text/check-page.js';
import type { CheckQuestion } from '../../report/check-report.js';
import type { CheckReport } from '../../report/check-schema.js';
import type { Level } from '../../words/findings.js';
import { EXIT } from '../exit-codes.js';
import { headersFor } from '../locate-target.js';
import { writeAnnotations, writeDocument, writeJson, writeLines } from '../output.js';
import { renderOptions } from '../terminal.js';
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

export async function checkCommand(targets: string[], options: CheckOptions): Promise<void> {
  const { failOn, headerOnly = false, policy, data = false } = options;
  const named = options.rules?.split(',').map((word) => word.trim());
  const question: CheckQuestion = { rules: ruleGroups(named, data, '--rules'), failOn, headerOnly, policy };
  requireData(question);
  const values: ValuesFound = new WeakMap();
  const read = await reading(question, options, values);
  const report = await checkFiles(() => checkedFiles(targets, read, { headers: headersFor }), question, values);
  await print(report, options);
  process.exitCode = { pass: EXIT.fine, fail: EXIT.findings, unreadable: EXIT.failed }[report.verdict];
}

/** How the files are read: their headers alone, or all of them. */
async function reading(question: CheckQuestion, { threads }: CheckOptions, values: ValuesFound): Promise<ReadOne> {
  const { headerOnly, rules } = question;
  if (!rules.includes('data')) return (location) => readHeader(location, { toEnd: !headerOnly });
  const { readThreads, scanWeights } = await import('../scan-weights.js');
  const settings = { threads: readThreads(threads) };
  return async (location) => withValues(values, await scanWeights(location, settings));
}

async function print(report: CheckReport, { format, json, quiet }: CheckOptions): Promise<void> {
  if (json || format === 'json') writeJson(jsonPieces(report));
  else if (format === 'junit') writeDocument((await import('../../render/junit.js')).junit(report, new Date()));
  else if (format === 'sarif') {
    const [{ sarif }, { ALL_FINDINGS }] = await Promise.all([
      import('../../render/sarif.js'),
      import('../../policy/all-findings.js'),
    ]);
    writeJson(sarif(report, VERSION, ALL_FINDINGS));
  } else if (format === 'github') writeAnnotations((await import('../../render/github.js')).githubAnnotations(report));
  else writeLines((quiet ? renderVerdicts : renderCheckPage)(report, await renderOptions()));
}
