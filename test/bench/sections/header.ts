/**
 * The first section: how long `gguf-explain MODEL` takes on files with large headers, how much memory it needs, and whether it avoids
 * reading the weights. Covers the cost of the header: metadata with a whole vocabulary, and tensor infos.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from '../generated-file.js';
import { type BenchModel, MODELS, writeMinute } from '../models.js';
import { type Observation, observe } from '../observation.js';
import type { BenchSettings, Section, SectionResult } from '../section.js';
import { median, medianRatio, quantile } from '../statistics.js';
import { type Command, timeInTurns } from '../timing.js';
import { HEADER_COLUMNS, type HeaderFigures, headerRow, TARGETS } from './header-table.js';

/** The other reader: @huggingface/gguf, whose command `gguf-view` reads a local path without any option. */
const PEER_ENTRY = createRequire(import.meta.url).resolve('@huggingface/gguf');
const PEER_COMMAND = join(dirname(PEER_ENTRY), 'cli.js');

function peerVersion(): string {
  return JSON.parse(readFileSync(join(dirname(PEER_ENTRY), '..', 'package.json'), 'utf8')).version;
}

interface Program {
  name: string;
  kind: HeaderFigures['kind'];
  args: (path: string) => string[];
  verify?: (stdout: string, model: GeneratedFile) => string | undefined;
}

/** The yardstick comes first and the peer last. */
function programs(ours: string): Program[] {
  return [
    { name: 'node -e 0', kind: 'yardstick', args: () => ['-e', '0'] },
    {
      name: 'gguf-explain MODEL',
      kind: 'page',
      args: (path) => [ours, path],
      verify: (stdout) => (stdout.includes('STORED') ? undefined : 'did not print the page'),
    },
    {
      name: 'gguf-explain MODEL --json',
      kind: 'json',
      args: (path) => [ours, path, '--json'],
      verify: (stdout, { tensorCount }) =>
        JSON.parse(stdout).tensors.length === tensorCount ? undefined : `did not print ${tensorCount} tensors`,
    },
    {
      name: 'gguf-view MODEL',
      kind: 'peer',
      args: (path) => [PEER_COMMAND, path],
      verify: (stdout) => (stdout.includes('general.architecture') ? undefined : 'did not print the metadata'),
    },
  ];
}

async function measureModel(model: BenchModel, settings: BenchSettings): Promise<HeaderFigures[]> {
  settings.progress(`${model.name}: writing the model`);
  const file = model.write(settings.folder);
  const minute = writeMinute(settings.folder);
  const tested = programs(settings.program);
  const command = ({ name, args, verify }: Program, { path }: GeneratedFile): Command => ({
    name: `${name} on ${model.name}`,
    args: args(path),
    verify: (stdout) => verify?.(stdout, file),
  });

  const samples = await timeInTurns(
    tested.map((program) => command(program, file)),
    {
      runs: settings.runs,
      warmUp: settings.warmUp,
      onRound: (round, rounds) => settings.progress(`${model.name}: round ${round + 1} of ${rounds}`),
    },
  );

  const observations: { onModel: Observation; onMinute: Observation }[] = [];
  for (const program of tested) {
    settings.progress(`${model.name}: memory and bytes read by ${program.name}`);
    const runs = settings.smoke ? 1 : 3;
    const onModel = await observe(command(program, file), runs, settings.folder);
    const onMinute = await observe(command(program, minute), runs, settings.folder);
    observations.push({ onModel, onMinute });
  }

  const yardstick = samples[0]!.milliseconds;
  const peer = samples.at(-1)!.milliseconds;
  const barePeak = observations[0]!.onModel.peakBytes;
  return tested.map(({ name, kind }, index) => {
    const { milliseconds } = samples[index]!;
    const { onModel, onMinute } = observations[index]!;
    return {
      model: model.name,
      program: name,
      kind,
      medianMs: median(milliseconds),
      quartilesMs: [quantile(milliseconds, 0.25), quantile(milliseconds, 0.75)],
      ratio: medianRatio(milliseconds, yardstick),
      peerTakes: medianRatio(peer, milliseconds),
      peakBytesAboveNode: onModel.peakBytes - barePeak,
      readBytes: kind === 'yardstick' ? undefined : modelBytesRead(onModel, onMinute, minute),
      headerBytes: file.headerBytes,
      samplesMs: milliseconds,
    };
  });
}

/**
 * The kernel counts everything that a process reads. A run on a model of a few hundred bytes reads the whole model and loads the same code,
 * so the difference to the run on the large model is what was read of that model.
 */
function modelBytesRead(onModel: Observation, onMinute: Observation, minute: GeneratedFile): number | undefined {
  if (onModel.readBytes === undefined || onMinute.readBytes === undefined) return undefined;
  return onModel.readBytes - onMinute.readBytes + minute.fileBytes;
}

async function measure(settings: BenchSettings): Promise<SectionResult> {
  const models = settings.smoke ? MODELS.slice(0, 1) : MODELS;
  const figures: HeaderFigures[][] = [];
  for (const model of models) figures.push(await measureModel(model, settings));
  const window = `${TARGETS.bytesPastHeader / 1024} KiB`;
  return {
    title: 'Explaining a model file',
    notes: [
      ...models.map(({ name, about }) => `${name}: a generated Q4_K_M file with the shapes of ${about}.`),
      `Whole processes in turns, ${settings.runs} rounds after ${settings.warmUp} of warming up; a ratio is the median over the rounds.`,
      `gguf-view is the command of @huggingface/gguf ${peerVersion()}.`,
      `Read: at most the header and a window of ${window}; it can be less, for arrays of numbers need not be read to be passed.`,
    ],
    columns: HEADER_COLUMNS,
    groups: figures.map((group) => group.map((one, index) => headerRow(one, index === 0))),
    data: { targets: TARGETS, peer: `@huggingface/gguf ${peerVersion()}`, figures: figures.flat() },
  };
}

/** Time, memory and bytes read of explaining a file. */
export const header: Section = { name: 'header', measure };
