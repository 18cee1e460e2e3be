/** The figures of the hash section, their targets, and the table made from them. Pure functions and data; hash.ts measures. */

import type { Cell, Column } from '../section.js';

/** The most that `gguf-explain hash` may cost. */
export const TARGETS = {
  /** As a multiple of the time that Node's sha256 takes for the same bytes, once, in one process. */
  ratio: 1.1,
  /** Bytes beyond the memory of `node -e 0`, whatever the file's size. */
  peakBytes: 64e6,
} as const;

/** The measurements of one program; times in milliseconds, sizes in bytes. */
export interface HashFigures {
  program: string;
  /** Whether the targets apply to this program. */
  judged: boolean;
  medianMs: number;
  quartilesMs: readonly [number, number];
  /** As a multiple of the time of Node's sha256. */
  ratio: number;
  /** Bytes of tensor data per second, counted once however often they are hashed. */
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
