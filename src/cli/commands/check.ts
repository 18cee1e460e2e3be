/** `check`: a verdict on each file, in the words or the format that whoever asked can use. */

import { checkFiles, dataWanted, requireData, ruleGroups } from '../../library/check.js';
import { checkedFiles, type ReadOne } from '../../library/checked-files.js';
import { readSampled, type SeenFiles } from '../../library/seen-data.js';
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
  const rules = ruleGroups(options.rules, { data, headerOnly }, '--rules');
  const question: CheckQuestion = { rules, failOn, headerOnly, policy };
  requireData(question);
  const seen: SeenFiles = new WeakMap();
  const read = await reading(question, options, seen);
  const report = await checkFiles(() => checkedFiles(targets, read, { headers: headersFor }), question, seen);
  await print(report, options);
  process.exitCode = EXIT_CODES[report.verdict];
}

const EXIT_CODES = { pass: EXIT.fine, fail: EXIT.findings, incomplete: EXIT.findings, unreadable: EXIT.failed };

/** How much of the files is read: their headers, samples of their numbers, or all of them. */
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
