/** `check`: a verdict on each file, in the words or the format that whoever asked can use. */

import { checkFiles, requireData, ruleGroups, type ValuesFound, withValues } from '../../library/check.js';
import { checkedFiles, type ReadOne } from '../../library/checked-files.js';
import { readHeader } from '../../open/read-header.js';
import { renderCheckPage, renderVerdicts } from '../../render/text/check-page.js';
import type { CheckQuestion } from '../../report/check-report.js';
import type { CheckReport } from '../../report/check-schema.js';
import type { CheckOptions } from '../definitions/check.js';
import { EXIT } from '../exit-codes.js';
import { printReport } from '../formats.js';
import { headersFor } from '../locate-target.js';
import { VERSION } from '../version.js';

export async function run(targets: string[], options: CheckOptions): Promise<void> {
  const { failOn, headerOnly = false, policy, data = false } = options;
  const question: CheckQuestion = { rules: ruleGroups(options.rules, data, '--rules'), failOn, headerOnly, policy };
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
  const { scanWeights } = await import('../scan-weights.js');
  return async (location) => withValues(values, await scanWeights(location, { threads }));
}

async function print(report: CheckReport, { format, quiet }: CheckOptions): Promise<void> {
  await printReport(report, format, {
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
  });
}
