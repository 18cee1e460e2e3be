/**
 * The section on `check --header-only`: how long the verdict on a header takes compared with the page of `explain` for the same file.
 * Neither reads tensor data. `check` has to run the rules in addition, but does not build the report and its page.
 */

import { MODELS } from '../models.js';
import type { BenchSettings, Cell, Section, SectionResult } from '../section.js';
import { median, medianRatio } from '../statistics.js';
import { type Command, timeInTurns } from '../timing.js';

/** The most time that `gguf-explain check MODEL` may take, as a multiple of the time of `gguf-explain MODEL`. */
const MOST = 1.1;

interface CheckFigures {
  model: string;
  explainMs: number;
  checkMs: number;
  ratio: number;
  samplesMs: { explain: readonly number[]; check: readonly number[] };
}

async function measure(settings: BenchSettings): Promise<SectionResult> {
  const figures: CheckFigures[] = [];
  for (const model of settings.smoke ? MODELS.slice(0, 1) : MODELS) {
    settings.progress(`${model.name}: writing the model`);
    const { path } = model.write(settings.folder);
    const commands: Command[] = [
      {
        name: `explain on ${model.name}`,
        args: [settings.program, path],
        verify: (stdout) => (stdout.includes('STORED') ? undefined : 'did not print the page'),
      },
      {
        name: `check on ${model.name}`,
        args: [settings.program, 'check', '--header-only', '--fail-on', 'error', path],
        verify: (stdout) => (stdout.startsWith(' pass') ? undefined : 'did not let a sound model pass'),
      },
    ];
    const onRound = (round: number, rounds: number) =>
      settings.progress(`${model.name}: round ${round + 1} of ${rounds}`);
    const [explain, check] = await timeInTurns(commands, { runs: settings.runs, warmUp: settings.warmUp, onRound });
    const samplesMs = { explain: explain!.milliseconds, check: check!.milliseconds };
    figures.push({
      model: model.name,
      explainMs: median(samplesMs.explain),
      checkMs: median(samplesMs.check),
      ratio: medianRatio(samplesMs.check, samplesMs.explain),
      samplesMs,
    });
  }
  return {
    title: 'Checking a model file',
    notes: [
      'The same files as above, whose tensor data is all zeros; `check --header-only` with all three groups of rules.',
    ],
    columns: [
      { title: 'model', align: 'left' },
      { title: 'explain', align: 'right' },
      { title: 'check', align: 'right' },
      { title: '× explain', align: 'right' },
    ],
    groups: [figures.map(row)],
    data: { target: MOST, figures },
  };
}

function row({ model, explainMs, checkMs, ratio }: CheckFigures): Cell[] {
  const met = ratio <= MOST;
  return [
    { text: model },
    { text: `${explainMs.toFixed(1)} ms` },
    { text: `${checkMs.toFixed(1)} ms` },
    { text: `${ratio.toFixed(2)} ≤ ${MOST}`, met },
  ];
}

/** Time of a verdict. */
export const check: Section = { name: 'check', measure };
