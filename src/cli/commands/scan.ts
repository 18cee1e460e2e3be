/** `scan`: many models, one line of JSON each, as they are done. */

import { availableParallelism } from 'node:os';
import { UsageError } from '../../explained-error.js';
import { whileReading } from '../../io/open-file.js';
import { built } from '../../library/built.js';
import { errorEntry } from '../../library/error-entry.js';
import { unreadableModel } from '../../report/scan-report.js';
import { withoutSecrets } from '../../words/without-secrets.js';
import type { ScanOptions } from '../definitions/scan.js';
import { EXIT } from '../exit-codes.js';
import { headersInUse } from '../locate-target.js';
import { writeJson } from '../output.js';
import { atOnce } from '../scan/at-once.js';
import { ScanCount } from '../scan/count.js';
import { endTornLine, readFormerRun } from '../scan/former-run.js';
import { lineOf, type ScanAnswer } from '../scan/scan-job.js';
import { type ScanQuestion, scanModel } from '../scan/scan-model.js';
import { isInPart, listedTargets, type ScanPart, type ScanTarget, scanTargets } from '../scan/targets.js';
import { type ScanThreads, scanThreads } from '../scan/threads.js';
import { USUAL_SECONDS } from '../scan/time-limit.js';
import { refuseUnboundHeader } from '../server-headers.js';
import { isTerminal } from '../terminal.js';

/** What the question that most people have is about, and the lengths that most models are trained for. */
const USUAL_LENGTHS = [4096, 32_768, 131_072];

/** Starting threads takes longer than reading so many headers. */
const WITHOUT_THREADS = 8;

export async function run(words: string[], options: ScanOptions): Promise<void> {
  const cores = availableParallelism();
  const jobs = options.jobs === undefined ? Math.max(4, 2 * cores) : Math.min(MOST_JOBS, options.jobs);
  const { context: contextLengths = USUAL_LENGTHS, timeLimit = USUAL_SECONDS * 1000, shard: part } = options;
  const question = { contextLengths, timeLimit };
  const former = options.resume === undefined ? undefined : await readFormerRun(options.resume);
  if (options.resume !== undefined && endTornLine(options.resume) === 'unended') writeJson(['\n']);

  // Only a thread can be ended whatever it does, so whoever names a limit gets threads from the first model on.
  const limited = options.timeLimit !== undefined;
  const program = limited || Math.min(cores, jobs) > 1 ? built('worker.cjs') : undefined;
  const setup = { question, headers: headersInUse() };
  const withoutThreads = limited ? 0 : WITHOUT_THREADS;
  const threads = program === undefined ? undefined : scanThreads(program, Math.min(cores, jobs), setup);
  const count = new ScanCount();
  try {
    const input = inputOf(words, options);
    await atOnce(chosen(scanTargets(input, input === words), part, former), jobs, async (target) => {
      const answer = await scanOne(target, question, count.begun++ < withoutThreads ? undefined : threads);
      writeJson([`${answer.line}\n`]);
      count.add(answer.unreadable);
    });
  } finally {
    count.stop();
    await threads?.end();
  }
  process.exitCode = count.unreadable > 0 && options.fail ? EXIT.failed : EXIT.fine;
}

const MOST_JOBS = 256;

function inputOf(words: string[], { null: nul, ...headers }: ScanOptions): Iterable<string> | AsyncIterable<string> {
  if (words.length > 0 && !(words.length === 1 && words[0] === '-')) {
    if (words.includes('-'))
      throw new UsageError('bad-usage', 'scan takes a list on standard input, and no model there');
    return words;
  }
  if (words.length === 0 && isTerminal(0)) {
    const message = 'scan wants targets, as words or as lines of standard input';
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

async function scanOne(
  { target, found = false, error }: ScanTarget,
  question: ScanQuestion,
  threads: ScanThreads | undefined,
): Promise<ScanAnswer> {
  if (error !== undefined) return lineOf(unreadableModel(target, errorEntry(error), 0));
  if (threads !== undefined) return await whileReading(target, threads.ask({ target, found }));
  return lineOf(await scanModel(target, found, question));
}
