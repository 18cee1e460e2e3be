/** The figures of the hash section, their targets, and the table that they become. Pure functions and data; hash.ts measures. */

import type { Cell, Column } from '../section.js';

/** The most that `gguf-explain hash` may cost. */
export const TARGETS = {
  /** Times of Node's sha256 over the same bytes, once, in one process. */
  ratio: 1.1,
  /** Above the memory of `node -e 0`, whatever the file's size. */
  peakBytes: 64e6,
} as const;

/** What was measured of one program; times in milliseconds, sizes in bytes. */
export interface HashFigures {
  program: string;
  /** Whether the targets are for it. */
  judged: boolean;
  medianMs: number;
  quartilesMs: readonly [number, number];
  /** In times of Node's sha256. */
  ratio: number;
  /** Of tensor data, however often it is hashed. */
  bytesPerSecond: number;
  peakBytesAboveNode: number;
  samplesMs: readonly number[];
}

/** The columns; `hashRow` has a cell for each. */
export const HASH_COLUMNS: readonly Column[] = [
  { title: 'program', align: 'left' },
  { title: 'median', align: 'right' },
  { title: 'spread', align: 'right' },
  { title: "× Node's sha256", align: 'right' },
  { title: 'data per second', align: 'right' },
  { title: 'memory above node', align: 'right' },
];

export function hashRow(figures: HashFigures): Cell[] {
  const { program, judged, medianMs, quartilesMs, bytesPerSecond, peakBytesAboveNode } = figures;
  const ratio: Cell = { text: figures.ratio.toFixed(2) };
  const memory: Cell = { text: `${(peakBytesAboveNode / 1e6).toFixed(1)} MB` };
  if (judged) {
    ratio.text += ` ≤ ${TARGETS.ratio}`;
    ratio.met = figures.ratio <= TARGETS.ratio;
    memory.text += ` ≤ ${TARGETS.peakBytes / 1e6}`;
    memory.met = peakBytesAboveNode <= TARGETS.peakBytes;
  }
  const halfSpread = (quartilesMs[1] - quartilesMs[0]) / 2 / medianMs;
  return [
    { text: program },
    { text: `${medianMs.toFixed(0)} ms` },
    { text: `± ${(100 * halfSpread).toFixed(0)} %` },
    ratio,
    { text: `${(bytesPerSecond / 1e9).toFixed(2)} GB/s` },
    memory,
  ];
}
