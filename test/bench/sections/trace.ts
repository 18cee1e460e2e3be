/**
 * The section on computing a prompt. It compares one layer's attention of a large model, and a whole pass of the bundled model, with Node's
 * own start, and a whole pass of a 1B-shaped model with the scan of its values. Covers the data section of the GGUF specification.
 */

import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from '../generated-file.js';
import { userDefinedText } from '../generated-tokenizer.js';
import { MODELS, VOCABULARY_8B, writeSmall } from '../models.js';
import type { BenchSettings, Section, SectionResult } from '../section.js';
import { median, medianRatio } from '../statistics.js';
import { type Command, timeInTurns } from '../timing.js';
import { TARGETS, TRACE_COLUMNS, type TraceFigures, traceRow } from './trace-table.js';

/** Eight token ids that every vocabulary has. */
const TOKENS = '1,2,3,4,5,6,7,8';

/**
 * A 1B-shaped model with data: about 1 MiB of bytes, repeated. A half or a float read from any position of these bytes is a number of
 * ordinary size.
 */
function writeWithData(path: string): GeneratedFile {
  const model = writeSmall(path);
  const content = randomFillSync(Buffer.alloc(1_048_573)).map((byte) => 0x2c + (byte & 15));
  const file = openSync(path, 'r+');
  try {
    for (let at = model.headerBytes; at < model.fileBytes; at += content.length) {
      writeSync(file, content, 0, Math.min(content.length, model.fileBytes - at), at);
    }
  } finally {
    closeSync(file);
  }
  return model;
}

interface Task {
  task: keyof typeof TARGETS;
  what: string;
  command: Command;
  yardstick: Command;
}

const NODE: Command = { name: 'node -e 0', args: ['-e', '0'] };

function says(word: string): Required<Command>['verify'] {
  return (stdout) => (stdout.includes(word) ? undefined : `did not print ${word}`);
}

/** `own` is a folder for the models of this section. */
function tasksOf({ program, smoke, progress }: BenchSettings, own: string): Task[] {
  const bundled = join(dirname(dirname(program)), 'fixtures', 'tiny-stories-Q4_K_M.gguf');
  const flow: Task = {
    task: 'flow',
    what: 'flow "Hello world", the bundled model',
    command: { name: 'flow', args: [program, 'flow', bundled, 'Hello world'], verify: says('predicts "!"') },
    yardstick: NODE,
  };
  progress('trace: writing the models');
  const large = MODELS[0]?.write(own) as GeneratedFile;
  const attention = (what: string, ...prompt: string[]): Task => ({
    task: 'attention',
    what: `attention in layer 0 of an 8B model, ${what}`,
    command: { name: 'attention', args: [program, 'attention', large.path, ...prompt], verify: says('COMPUTED') },
    yardstick: NODE,
  });
  const quick = [
    flow,
    attention('8 tokens', '--tokens', TOKENS),
    // No merge of the generated vocabulary forms a word, so the text gives few tokens; the whole vocabulary is still read.
    attention('a prompt', `The cat ${userDefinedText(VOCABULARY_8B)} on the mat`),
  ];
  if (smoke) return quick;
  const real = writeWithData(join(own, '1b.gguf'));
  const pass: Task = {
    task: 'pass',
    what: `flow, 8 tokens through ${(real.fileBytes / 1e9).toFixed(2)} GB`,
    command: { name: 'pass', args: [program, 'flow', real.path, '--tokens', TOKENS], verify: says('NEXT TOKEN') },
    yardstick: { name: 'check --data', args: [program, 'check', '--data', '--fail-on', 'error', real.path] },
  };
  return [...quick, pass];
}

/** The yardstick and the task take turns. */
async function measureTask({ task, what, command, yardstick }: Task, settings: BenchSettings): Promise<TraceFigures> {
  const { runs, warmUp, progress } = settings;
  const samples = await timeInTurns([yardstick, command], {
    runs: task === 'pass' ? Math.min(runs, 5) : runs,
    warmUp,
    onRound: (round, rounds) => progress(`trace: ${task}, round ${round + 1} of ${rounds}`),
  });
  const [base = [], own = []] = samples.map(({ milliseconds }) => milliseconds);
  return {
    ...{ task, what, yardstick: yardstick.name },
    ...{ medianMs: median(own), yardstickMs: median(base), ratio: medianRatio(own, base) },
    samplesMs: [base, own],
  };
}

async function measure(settings: BenchSettings): Promise<SectionResult> {
  const own = join(settings.folder, 'trace');
  mkdirSync(own);
  const tasks = tasksOf(settings, own);
  const figures: TraceFigures[] = [];
  for (const task of tasks) figures.push(await measureTask(task, settings));
  rmSync(own, { recursive: true });
  return {
    title: 'Computing a prompt',
    notes: [
      'Whole processes. The 8B model has no data: its holes are read as zeros, which are computed with like any numbers.',
      'A pass reads every matrix once and multiplies it with the vectors of all tokens; `check --data` reads every number once.',
    ],
    columns: TRACE_COLUMNS,
    groups: [figures.map(traceRow)],
    data: { targets: TARGETS, figures },
  };
}

/** Time of computing. */
export const trace: Section = { name: 'trace', measure };
