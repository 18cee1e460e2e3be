/** The figures of the values section, their targets, and the table made from them. Pure functions and data; values.ts measures. */

import type { Cell, Column } from '../section.js';

/**
 * The most time that the scan of all values may take on two threads, as a multiple of the time of Node's sha256 of the same bytes on one
 * thread.
 */
export const TARGETS = { Q8_0: 2, F16: 2, Q4_K: 4, Q6_K: 4 } as const;

export type ScannedType = keyof typeof TARGETS;

/** Memory of the whole process, whatever the file's size. */
const PEAK_BYTES = 300e6;

/** The measurements of one format; times in milliseconds, sizes in bytes. */
export interface ValueFigures {
  type: ScannedType;
  bytes: number;
  numbers: number;
  sha256Ms: number;
  /** Medians for one and for two threads. */
  scanMs: readonly [number, number];
  /** As multiples of the time of sha256, one for each round. */
  ratios: readonly [number, number];
  peakBytes: number;
  samplesMs: readonly (readonly number[])[];
}

/** The columns; `valueRow` has a cell for each. */
export const VALUE_COLUMNS: readonly Column[] = [
  { title: 'format', align: 'left' },
  { title: "Node's sha256", align: 'right' },
  { title: 'one thread', align: 'right' },
  { title: 'two threads', align: 'right' },
  { title: '× sha256, one', align: 'right' },
  { title: '× sha256, two', align: 'right' },
  { title: 'numbers per second', align: 'right' },
  { title: 'memory', align: 'right' },
];

export function valueRow({ type, numbers, sha256Ms, scanMs, ratios, peakBytes }: ValueFigures): Cell[] {
  const milliseconds = (value: number): Cell => ({ text: `${value.toFixed(0)} ms` });
  return [
    { text: type },
    milliseconds(sha256Ms),
    milliseconds(scanMs[0]),
    milliseconds(scanMs[1]),
    { text: ratios[0].toFixed(2) },
    { text: `${ratios[1].toFixed(2)} ≤ ${TARGETS[type]}`, met: ratios[1] <= TARGETS[type] },
    { text: `${(numbers / scanMs[1] / 1e6).toFixed(2)} G` },
    { text: `${(peakBytes / 1e6).toFixed(0)} MB ≤ ${PEAK_BYTES / 1e6}`, met: peakBytes <= PEAK_BYTES },
  ];
}
