/**
 * The section on `scan`: how many models a second it handles, compared with a shell loop that runs the program once for each. Every model
 * has the 2 MB header of a small model; its data is a hole. Covers the header of the GGUF specification.
 */

import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeSmall } from '../models.js';
import { observe } from '../observation.js';
import type { BenchSettings, Cell, Section, SectionResult } from '../section.js';
import { median, quantile } from '../statistics.js';
import { type Command, timeInTurns } from '../timing.js';

const MODELS = 1000;
/** Number of models for the loop. It takes the same time for each model, and would take an hour for all rounds of a thousand. */
const IN_LOOP = 50;
/** A round takes seconds, not milliseconds, so few of them are enough. */
const MOST_RUNS = 5;

/** Writes `count` models into a folder. Their headers are the same, but each is a separate file. */
function writeCollection(folder: string, count: number): { headerBytes: number } {
  const path = `${folder}.gguf`;
  const { headerBytes, fileBytes } = writeSmall(path);
  const header = Buffer.alloc(headerBytes);
  const source = openSync(path, 'r');
  readSync(source, header, 0, headerBytes, 0);
  closeSync(source);
  mkdirSync(folder);
  for (let i = 0; i < count; i++) {
    const file = openSync(join(folder, `model-${String(i).padStart(4, '0')}.gguf`), 'w');
    writeSync(file, header);
    ftruncateSync(file, fileBytes);
    closeSync(file);
  }
  return { headerBytes };
}

const LOOP = `
  const { execFileSync } = require('node:child_process');
  const [node, program, ...paths] = process.argv.slice(1);
  const loop = 'node=$1; program=$2; shift 2; for path; do "$node" "$program" explain --json "$path" > /dev/null; done';
  execFileSync('sh', ['-c', loop, 'sh', node, program, ...paths]);
`;

interface ScanFigures {
  program: string;
  models: number;
  modelsPerSecond: number;
  quartiles: readonly [number, number];
  peakBytes: number | null;
  samplesMs: readonly number[];
}

async function measure(settings: BenchSettings): Promise<SectionResult> {
  const count = settings.smoke ? 20 : MODELS;
  const inLoop = settings.smoke ? 2 : IN_LOOP;
  settings.progress(`scan: writing ${count} models`);
  const folder = join(settings.folder, 'collection');
  const { headerBytes } = writeCollection(folder, count);
  const paths = Array.from({ length: inLoop }, (_, i) => join(folder, `model-${String(i).padStart(4, '0')}.gguf`));
  const lines = (stdout: string) => {
    const printed = stdout.trimEnd().split('\n').length;
    return printed === count ? undefined : `printed ${printed} lines, not ${count}`;
  };
  const scan = (name: string, ...options: string[]): Command => ({
    name,
    args: [settings.program, 'scan', folder, ...options],
    verify: lines,
  });
  const commands: Command[] = [
    scan('gguf-explain scan'),
    scan('gguf-explain scan --jobs 1', '--jobs', '1'),
    { name: 'a loop of gguf-explain --json', args: ['-e', LOOP, process.execPath, settings.program, ...paths] },
  ];
  const samples = await timeInTurns(commands, {
    runs: Math.min(settings.runs, MOST_RUNS),
    warmUp: Math.min(settings.warmUp, 1),
    onRound: (round, rounds) => settings.progress(`scan: round ${round + 1} of ${rounds}`),
  });
  const figures: ScanFigures[] = [];
  for (const [i, command] of commands.entries()) {
    const models = i === 2 ? inLoop : count;
    const rates = samples[i]!.milliseconds.map((milliseconds) => (1000 * models) / milliseconds);
    settings.progress(`scan: memory of ${command.name}`);
    figures.push({
      program: command.name,
      models,
      modelsPerSecond: median(rates),
      quartiles: [quantile(rates, 0.25), quantile(rates, 0.75)],
      peakBytes: i === 2 ? null : (await observe(command, 1, settings.folder)).peakBytes,
      samplesMs: samples[i]!.milliseconds,
    });
  }
  const loop = figures[2]!.modelsPerSecond;
  return {
    title: 'Scanning a collection',
    notes: [
      `${count} generated models with a header of ${(headerBytes / 1e6).toFixed(1)} MB each, in the system's memory; the loop runs ${inLoop} of them.`,
      'scan judges each model by all rules of `check` beside what `explain` does.',
    ],
    columns: [
      { title: 'program', align: 'left' },
      { title: 'models a second', align: 'right' },
      { title: 'spread', align: 'right' },
      { title: '× the loop', align: 'right' },
      { title: 'peak memory', align: 'right' },
    ],
    groups: [figures.map((row) => rowOf(row, loop))],
    data: { headerBytes, figures },
  };
}

function rowOf({ program, modelsPerSecond, quartiles, peakBytes }: ScanFigures, loop: number): Cell[] {
  const halfSpread = (quartiles[1] - quartiles[0]) / 2 / modelsPerSecond;
  return [
    { text: program },
    { text: modelsPerSecond.toFixed(modelsPerSecond < 100 ? 1 : 0) },
    { text: `± ${(100 * halfSpread).toFixed(0)} %` },
    { text: (modelsPerSecond / loop).toFixed(1) },
    { text: peakBytes === null ? '–' : `${(peakBytes / 1e6).toFixed(0)} MB` },
  ];
}

/** Models per second of a collection. */
export const scan: Section = { name: 'scan', measure };
