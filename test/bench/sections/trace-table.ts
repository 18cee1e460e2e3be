/** The figures of the trace section, their targets, and the table made from them. Pure functions and data; trace.ts measures. */

import type { Cell, Column } from '../section.js';

/** The most time that each may take, as a multiple of its yardstick. */
export const TARGETS = { attention: 8, flow: 2, pass: 3 } as const;

export interface TraceFigures {
  task: keyof typeof TARGETS;
  what: string;
  yardstick: string;
  medianMs: number;
  yardstickMs: number;
  /** One value for each round. */
  ratio: number;
  samplesMs: readonly (readonly number[])[];
}

/** The columns; `traceRow` has a cell for each. */
export const TRACE_COLUMNS: readonly Column[] = [
  { title: 'task', align: 'left' },
  { title: 'time', align: 'right' },
  { title: 'yardstick', align: 'left' },
  { title: 'its time', align: 'right' },
  { title: 'times', align: 'right' },
];

export function traceRow({ task, what, yardstick, medianMs, yardstickMs, ratio }: TraceFigures): Cell[] {
  return [
    { text: what },
    { text: `${medianMs.toFixed(0)} ms` },
    { text: yardstick },
    { text: `${yardstickMs.toFixed(0)} ms` },
    { text: `${ratio.toFixed(2)} ≤ ${TARGETS[task]}`, met: ratio <= TARGETS[task] },
  ];
}
