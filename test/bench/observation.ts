/**
 * Measures the memory and the bytes read of a program in separate runs: observing costs time, so the timed runs go without it. Covers no
 * part of the GGUF specification.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { median } from './statistics.js';
import { type Command, runOnce } from './timing.js';

/**
 * Figures of one process, in bytes. `readBytes` counts every file, including the program's own code; undefined where the system does not
 * count. `receivedBytes` came through connections, including the heads of answers.
 */
export interface Observation {
  peakBytes: number;
  readBytes: number | undefined;
  receivedBytes: number;
}

const require = createRequire(import.meta.url);
const OBSERVER = require.resolve('./observe.cjs');

/**
 * Runs a command a few times under observation.
 *
 * @param folder for the observer's note; the caller's temporary folder
 * @returns the medians
 * @throws {ProgramFailed} as `runOnce`
 */
export async function observe(command: Command, runs: number, folder: string): Promise<Observation> {
  const note = join(folder, 'observation.json');
  const observed: Observation[] = [];
  for (let run = 0; run < runs; run++) {
    const args = ['--require', OBSERVER, ...command.args];
    await runOnce({ ...command, args }, false, { BENCH_OBSERVATION: note });
    observed.push(JSON.parse(readFileSync(note, 'utf8')));
  }
  const reads = observed.flatMap(({ readBytes }) => readBytes ?? []);
  return {
    peakBytes: median(observed.map(({ peakBytes }) => peakBytes)),
    readBytes: reads.length > 0 ? median(reads) : undefined,
    receivedBytes: median(observed.map(({ receivedBytes }) => receivedBytes)),
  };
}
