/**
 * The section on the values: how long it takes to turn all weights of a file into numbers and to gather their statistics, compared with
 * Node's own sha256 over the same bytes on one thread. One generated file for each format. Covers the data section of the GGUF
 * specification.
 */

import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type GeneratedFile, TENSOR_TYPES, writeGeneratedFile } from '../generated-file.js';
import { observe } from '../observation.js';
import type { BenchSettings, Section, SectionResult } from '../section.js';
import { median, medianRatio } from '../statistics.js';
import { type Command, timeInTurns } from '../timing.js';
import { type ScannedType, TARGETS, VALUE_COLUMNS, type ValueFigures, valueRow } from './values-table.js';

/** Bytes of tensor data in each file. */
const FILE_BYTES = 2 ** 30;
const SMOKE_BYTES = 2 ** 26;

/** A round takes seconds, not milliseconds, so few of them are enough, and none to warm up. */
const MOST_RUNS = 3;

const ROW = 4096;

/** The measured command: the scan of all values with this many threads. */
const scan = (program: string, path: string, threads: number): string[] => [
  program,
  ...['check', '--rules', 'data', '--threads', String(threads)],
  path,
];

/** Offsets of the halves in each block that must be ordinary numbers, so that the values are like those of a model and not NaN. */
const HALVES: Readonly<Record<ScannedType, readonly number[]>> = { Q8_0: [0], F16: [0], Q4_K: [0, 2], Q6_K: [208] };

/** Writes a file of matrices of one type: random quants, and scales of a few thousandths; about 1 MiB of them, repeated. */
function writeModel(path: string, type: ScannedType, bytes: number): GeneratedFile & { numbers: number } {
  const { blockElements, blockBytes } = TENSOR_TYPES[type];
  const matrixBytes = ROW * ROW * (blockBytes / blockElements);
  const tensors = Array.from({ length: Math.max(1, Math.round(bytes / matrixBytes)) }, (_, layer) => ({
    name: `blk.${layer}.attn_q.weight`,
    dimensions: [ROW, ROW],
    type,
  }));
  const model = writeGeneratedFile(path, [{ key: 'general.architecture', type: 'string', value: 'llama' }], tensors);
  const content = randomFillSync(Buffer.alloc(Math.floor(2 ** 20 / blockBytes) * blockBytes));
  for (let block = 0; block < content.length; block += blockBytes) {
    for (const half of HALVES[type]) {
      // Either sign, and an exponent that gives 0.001 to 0.004.
      content[block + half + 1] = ((content[block + half + 1] as number) & 0x87) | 0x10;
    }
  }
  const file = openSync(path, 'r+');
  try {
    for (let at = model.headerBytes; at < model.fileBytes; at += content.length) {
      writeSync(file, content, 0, Math.min(content.length, model.fileBytes - at), at);
    }
  } finally {
    closeSync(file);
  }
  return { ...model, numbers: tensors.length * ROW * ROW };
}

/** The yardstick: all bytes after the header, read in large pieces and hashed by Node. */
const PLAIN = `
  const { openSync, readSync } = require('node:fs');
  const [, path, start] = process.argv;
  const hash = require('node:crypto').createHash('sha256');
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(1 << 18);
  for (let at = Number(start), count; (count = readSync(file, buffer, 0, buffer.length, at)) > 0; at += count) {
    hash.update(buffer.subarray(0, count));
  }
  console.log(hash.digest('hex'));
`;

async function measureType(type: ScannedType, settings: BenchSettings): Promise<ValueFigures> {
  const path = join(settings.folder, `values-${type}.gguf`);
  settings.progress(`values: writing ${type}`);
  const model = writeModel(path, type, settings.smoke ? SMOKE_BYTES : FILE_BYTES);
  const commands: Command[] = [
    { name: 'Node, sha256 of the same bytes', args: ['-e', PLAIN, path, String(model.headerBytes)] },
    { name: `values of ${type}, one thread`, args: scan(settings.program, path, 1) },
    { name: `values of ${type}, two threads`, args: scan(settings.program, path, 2) },
  ];
  const samples = await timeInTurns(commands, {
    runs: Math.min(settings.runs, MOST_RUNS),
    warmUp: 0,
    onRound: (round, rounds) => settings.progress(`values: ${type}, round ${round + 1} of ${rounds}`),
  });
  const { peakBytes } = await observe(commands[2]!, 1, settings.folder);
  rmSync(path);
  const [sha256 = [], one = [], two = []] = samples.map(({ milliseconds }) => milliseconds);
  return {
    type,
    bytes: model.fileBytes - model.headerBytes,
    numbers: model.numbers,
    sha256Ms: median(sha256),
    scanMs: [median(one), median(two)],
    ratios: [medianRatio(one, sha256), medianRatio(two, sha256)],
    peakBytes,
    samplesMs: [sha256, one, two],
  };
}

async function measure(settings: BenchSettings): Promise<SectionResult> {
  const figures: ValueFigures[] = [];
  for (const type of Object.keys(TARGETS) as ScannedType[]) figures.push(await measureType(type, settings));
  return {
    title: 'Scanning all values',
    notes: [
      `One generated file for each format with ${(figures[0]!.bytes / 1e6).toFixed(0)} MB of tensor data, in the system's memory.`,
      'Node reads and hashes all bytes on one thread; the scan turns every block into numbers and gathers their statistics.',
      'Reported of other tools on such machines: 25 MB/s (Q4_K) and 119 MB/s (Q8_0) in Python with NumPy, 20 MB/s in Go.',
    ],
    columns: VALUE_COLUMNS,
    groups: [figures.map(valueRow)],
    data: { targets: TARGETS, figures },
  };
}

/** Time and memory of the scan of values. */
export const values: Section = { name: 'values', measure };
