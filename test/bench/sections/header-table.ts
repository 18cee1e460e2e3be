/**
 * The figures of the header section, their targets, and the table made from them. Pure functions and data; header.ts measures. Covers no
 * part of the GGUF specification.
 */

import { WINDOW_BYTES } from '../../../src/io/window.js';
import type { BenchModel } from '../models.js';
import type { Cell, Column } from '../section.js';

/** The most that a run of gguf-explain may cost. */
export const TARGETS = {
  /** As multiples of the time of `node -e 0`, for the page and for JSON. */
  ratio: {
    page: { '8b': 1.3, '262k': 1.4 },
    json: { '8b': 1.4, '262k': 1.5 },
  } satisfies Record<'page' | 'json', Record<BenchModel['name'], number>>,
  /** Bytes beyond the memory of `node -e 0`, whatever the file's size. */
  peakBytes: 25e6,
  /** Bytes of the file, beyond its header. */
  bytesPastHeader: WINDOW_BYTES,
} as const;

/** The measurements of one program on one model; times in milliseconds, sizes in bytes. */
export interface HeaderFigures {
  model: BenchModel['name'];
  program: string;
  /** Bare Node, gguf-explain with its output format (the targets apply to it), or another reader. */
  kind: 'yardstick' | 'page' | 'json' | 'peer';
  medianMs: number;
  quartilesMs: readonly [number, number];
  /** As a multiple of the time of `node -e 0`. */
  ratio: number;
  /** The time of the other reader as a multiple of this program's. */
  peerTakes: number;
  peakBytesAboveNode: number;
  /** Bytes of the model only; undefined where the system does not count. */
  readBytes: number | undefined;
  headerBytes: number;
  samplesMs: readonly number[];
}

/** The columns; `headerRow` has a cell for each. */
export const HEADER_COLUMNS: readonly Column[] = [
  { title: 'model', align: 'left' },
  { title: 'program', align: 'left' },
  { title: 'median', align: 'right' },
  { title: 'spread', align: 'right' },
  { title: '× node -e 0', align: 'right' },
  { title: 'gguf-view takes', align: 'right' },
  { title: 'memory above node', align: 'right' },
  { title: 'read / header', align: 'right' },
];

const NOTHING: Cell = { text: '–' };

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
const times = (ratio: number) => ratio.toFixed(ratio < 10 ? 2 : 1);

/** One row of the table; only the first row of a group names the model. */
export function headerRow(figures: HeaderFigures, first: boolean): Cell[] {
  const { model, program, kind, medianMs, quartilesMs, peerTakes, headerBytes, readBytes } = figures;
  const ratio: Cell = { text: times(figures.ratio) };
  const memory: Cell = { text: `${megabytes(figures.peakBytesAboveNode)} MB` };
  const read: Cell = { text: `${megabytes(readBytes ?? 0)} / ${megabytes(headerBytes)} MB` };
  const ours = kind === 'page' || kind === 'json';
  if (ours) {
    const most = TARGETS.ratio[kind][model];
    ratio.text += ` ≤ ${most}`;
    ratio.met = figures.ratio <= most;
    memory.text += ` ≤ ${TARGETS.peakBytes / 1e6}`;
    memory.met = figures.peakBytesAboveNode <= TARGETS.peakBytes;
    read.met = readBytes !== undefined && readBytes <= headerBytes + TARGETS.bytesPastHeader;
  }
  const halfSpread = (quartilesMs[1] - quartilesMs[0]) / 2 / medianMs;
  return [
    { text: first ? model : '' },
    { text: program },
    { text: `${medianMs.toFixed(1)} ms` },
    { text: `± ${(100 * halfSpread).toFixed(0)} %` },
    ratio,
    ours ? { text: `${times(peerTakes)} ×` } : NOTHING,
    kind === 'yardstick' ? NOTHING : memory,
    kind === 'yardstick' || readBytes === undefined ? NOTHING : read,
  ];
}
