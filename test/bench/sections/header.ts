/**
 * The first section: how long `gguf-explain MODEL` takes on files whose headers are large, how much memory, and whether
 * it leaves the weights alone. Covers what the header costs: metadata with a whole vocabulary, and tensor infos.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { WINDOW_BYTES } from '../../../src/bytes/window.js';
import type { GeneratedFile } from '../generated-file.js';
import { type BenchModel, MODELS, writeMinute } from '../models.js';
import { type Observation, observe } from '../observation.js';
import type { BenchSettings, Cell, Column, Section, SectionResult } from '../section.js';
import { median, medianRatio, quantile } from '../statistics.js';
import { type Command, timeInTurns } from '../timing.js';

/** The most that a run may take, in times of `node -e 0`. */
const TARGET_RATIO = { '8b': 1.3, '262k': 1.4 } as const satisfies Record<BenchModel['name'], number>;

/** The most memory above that of `node -e 0`, whatever the file's size. */
const TARGET_PEAK_BYTES = 25e6;

interface Program {
  name: string;
  version?: string;
  /** Whether the targets are for this one. */
  ours: boolean;
  args: (path: string) => string[];
  verify?: (stdout: string, model: GeneratedFile) => string | undefined;
}

const YARDSTICK: Program = { name: 'node -e 0', ours: false, args: () => ['-e', '0'] };

/** The command of @huggingface/gguf, JavaScript's most used reader of GGUF. It reads a local path without any option. */
function peerProgram(): Program {
  const entry = createRequire(import.meta.url).resolve('@huggingface/gguf');
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
  return {
    name: 'gguf-view MODEL',
    version,
    ours: false,
    args: (path) => [join(dirname(entry), 'cli.js'), path],
    verify: (stdout) => (stdout.includes('general.architecture') ? undefined : 'did not print the metadata'),
  };
}

function programs(settings: BenchSettings): Program[] {
  return [
    YARDSTICK,
    {
      name: 'gguf-explain MODEL',
      ours: true,
      args: (path) => [settings.program, path],
      verify: (stdout) => (stdout.length > 500 ? undefined : 'printed no page'),
    },
    {
      name: 'gguf-explain MODEL --json',
      ours: true,
      args: (path) => [settings.program, path, '--json'],
      verify: (stdout, { tensorCount }) =>
        JSON.parse(stdout).tensors.length === tensorCount ? undefined : `did not print ${tensorCount} tensors`,
    },
    peerProgram(),
  ];
}

/** What was measured of one program on one model; times in milliseconds, sizes in bytes. */
interface Measured {
  model: BenchModel['name'];
  program: string;
  ours: boolean;
  medianMs: number;
  quartilesMs: [number, number];
  /** In times of `node -e 0`. */
  ratio: number;
  /** How many times as long the command of @huggingface/gguf takes. */
  peerTakes: number;
  peakBytesAboveNode: number;
  /** Of the model alone; undefined where the system does not count. */
  readBytes: number | undefined;
  headerBytes: number;
  samplesMs: number[];
}

async function measureModel(model: BenchModel, settings: BenchSettings): Promise<Measured[]> {
  settings.progress(`${model.name}: writing the model`);
  const file = model.write(settings.folder);
  const minute = writeMinute(settings.folder);
  const tested = programs(settings);
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
    settings.progress(`${model.name}: memory and bytes read, ${program.name}`);
    const runs = settings.smoke ? 1 : 3;
    const onModel = await observe(command(program, file), runs, settings.folder);
    const onMinute = await observe(command(program, minute), runs, settings.folder);
    observations.push({ onModel, onMinute });
  }

  const yardstick = samples[0]!.milliseconds;
  const peer = samples.at(-1)!.milliseconds;
  const idlePeak = observations[0]!.onModel.peakBytes;
  return tested.map((program, index) => {
    const { milliseconds } = samples[index]!;
    const { onModel, onMinute } = observations[index]!;
    return {
      model: model.name,
      program: program.name,
      ours: program.ours,
      medianMs: median(milliseconds),
      quartilesMs: [quantile(milliseconds, 0.25), quantile(milliseconds, 0.75)],
      ratio: medianRatio(milliseconds, yardstick),
      peerTakes: medianRatio(peer, milliseconds),
      peakBytesAboveNode: onModel.peakBytes - idlePeak,
      readBytes: program === YARDSTICK ? undefined : modelBytesRead(onModel, onMinute, minute),
      headerBytes: file.headerBytes,
      samplesMs: milliseconds,
    };
  });
}

/**
 * The kernel counts all that a process reads. A run on a model of a few hundred bytes, all of it read, loads the same
 * code, so what the run on the large model has more is the model's.
 */
function modelBytesRead(onModel: Observation, onMinute: Observation, minute: GeneratedFile): number | undefined {
  if (onModel.readBytes === undefined || onMinute.readBytes === undefined) return undefined;
  return onModel.readBytes - onMinute.readBytes + minute.fileBytes;
}

const COLUMNS: readonly Column[] = [
  { title: 'model', align: 'left' },
  { title: 'program', align: 'left' },
  { title: 'median', align: 'right' },
  { title: 'spread', align: 'right' },
  { title: '× node -e 0', align: 'right' },
  { title: 'gguf-view takes', align: 'right' },
  { title: 'peak above node', align: 'right' },
  { title: 'read / header', align: 'right' },
];

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
const NOTHING: Cell = { text: '–' };

/** A figure with the most that it may be. */
function against(text: string, value: number, most: number, mostText: string): Cell {
  return { text: `${text} ≤ ${mostText}`, met: value <= most };
}

function row(measured: Measured, first: boolean): Cell[] {
  const { model, ours, medianMs, quartilesMs, ratio, peerTakes, peakBytesAboveNode, readBytes, headerBytes } = measured;
  const bare = measured.program === YARDSTICK.name;
  const peak = `${megabytes(peakBytesAboveNode)} MB`;
  const read = readBytes === undefined ? '–' : `${megabytes(readBytes)} / ${megabytes(headerBytes)} MB`;
  return [
    { text: first ? model : '' },
    { text: measured.program },
    { text: `${medianMs.toFixed(1)} ms` },
    { text: `±${((50 * (quartilesMs[1] - quartilesMs[0])) / medianMs).toFixed(0)} %` },
    ours
      ? against(ratio.toFixed(2), ratio, TARGET_RATIO[model], TARGET_RATIO[model].toFixed(1))
      : { text: ratio.toFixed(ratio < 10 ? 2 : 1) },
    ours ? { text: `${peerTakes.toFixed(peerTakes < 10 ? 1 : 0)} ×` } : NOTHING,
    bare
      ? NOTHING
      : ours
        ? against(peak, peakBytesAboveNode, TARGET_PEAK_BYTES, `${TARGET_PEAK_BYTES / 1e6}`)
        : { text: peak },
    ours && readBytes !== undefined ? { text: read, met: readBytes <= headerBytes + WINDOW_BYTES } : { text: read },
  ];
}

function rounded(measured: Measured) {
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  return {
    ...measured,
    medianMs: round(measured.medianMs, 2),
    quartilesMs: measured.quartilesMs.map((quartile) => round(quartile, 2)),
    ratio: round(measured.ratio, 4),
    peerTakes: round(measured.peerTakes, 3),
    samplesMs: measured.samplesMs.map((sample) => round(sample, 2)),
  };
}

async function measure(settings: BenchSettings): Promise<SectionResult> {
  const models = settings.smoke ? MODELS.slice(0, 1) : MODELS;
  const measured: Measured[][] = [];
  for (const model of models) measured.push(await measureModel(model, settings));
  return {
    title: 'Explaining a model file',
    notes: [
      ...models.map(({ name, about }) => `${name}: generated, with the shapes of ${about}; Q4_K_M, data not written.`),
      `Whole processes in turns, ${settings.runs} rounds after ${settings.warmUp} to warm up. Ratios are medians over the rounds.`,
      `Targets: time in times of a bare Node; at most ${TARGET_PEAK_BYTES / 1e6} MB of memory above it; of the file, the header and one window of ${WINDOW_BYTES / 1024} KiB.`,
    ],
    columns: COLUMNS,
    groups: measured.map((group) => group.map((one, index) => row(one, index === 0))),
    data: {
      targets: { ratio: TARGET_RATIO, peakBytes: TARGET_PEAK_BYTES, windowBytes: WINDOW_BYTES },
      measured: measured.flat().map(rounded),
    },
  };
}

/** Time, memory and bytes read of explaining a file. */
export const header: Section = { name: 'header', measure };
