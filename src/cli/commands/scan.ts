/** `scan`: many models, with one line of JSON for each as soon as it is done. */

import { UsageError } from '../../explained-error.js';
import { scanAnswers } from '../../library/scan/scan.js';
import {
  isInPart,
  listedTargets,
  readPart,
  type ScanPart,
  type ScanTarget,
  scanTargets,
} from '../../library/scan/scan-targets.js';
import { withoutSecrets } from '../../words/without-secrets.js';
import type { ScanOptions } from '../definitions/scan.js';
import { EXIT } from '../exit-codes.js';
import { headersFor, headersInUse } from '../locate-target.js';
import { writeJson } from '../output.js';
import { ScanCount } from '../scan/count.js';
import { endTornLine, readFormerRun } from '../scan/former-run.js';
import { refuseUnboundHeader } from '../server-headers.js';
import { isTerminal } from '../terminal.js';

export async function run(words: string[], options: ScanOptions): Promise<void> {
  const { jobs, context: contextLengths, timeLimit, shard } = options;
  const part = shard === undefined ? undefined : readPart(shard, '--shard');
  const former = options.resume === undefined ? undefined : await readFormerRun(options.resume);
  if (options.resume !== undefined && endTornLine(options.resume) === 'unended') writeJson(['\n']);
  const input = inputOf(words, options);
  const targets = chosen(scanTargets(input, { named: input === words, headers: headersFor }), part, former);
  const count = new ScanCount();
  try {
    const settings = { contextLengths, timeLimit, jobs, headers: headersInUse() };
    for await (const { line, unreadable } of scanAnswers(targets, settings)) {
      writeJson([`${line}\n`]);
      count.add(unreadable);
    }
  } finally {
    count.stop();
  }
  process.exitCode = count.unreadable > 0 && options.fail ? EXIT.failed : EXIT.fine;
}

function inputOf(words: string[], { null: nul, ...headers }: ScanOptions): Iterable<string> | AsyncIterable<string> {
  if (words.length > 0 && !(words.length === 1 && words[0] === '-')) {
    if (words.includes('-'))
      throw new UsageError('bad-usage', 'scan reads a list of models from standard input, not a model');
    return words;
  }
  if (words.length === 0 && isTerminal(0)) {
    const message = 'scan needs targets: on the command line, or as lines of standard input';
    throw new UsageError('bad-usage', message, 'find . -name "*.gguf" | gguf-explain scan');
  }
  refuseUnboundHeader(headers);
  return listedTargets(process.stdin, nul ? '\0' : '\n');
}

async function* chosen(
  targets: AsyncIterable<ScanTarget>,
  part: ScanPart | undefined,
  former: { has(target: string): boolean } | undefined,
): AsyncGenerator<ScanTarget, void, void> {
  for await (const one of targets) {
    if (part !== undefined && !isInPart(one.target, part)) continue;
    if (former?.has(withoutSecrets(one.target))) continue;
    yield one;
  }
}
