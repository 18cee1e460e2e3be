/** `tensors --stats`: the statistics of each tensor's numbers, one line each; below them the problems of some. */

import type { TensorEntry, TensorsReport } from '../../report/schema.js';
import type { ValueStatistics } from '../../report/values-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { UNREADABLE } from '../../words/unreadable.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, breakText, type Cell, type Column } from './columns.js';
import { scanWords } from './scan-words.js';
import { outlyingWords, shareWords, valueWords } from './value-words.js';

/** Width from which there is room for the deviation and the outliers, and for the median and the length of rows. */
const WIDTH_FOR_OUTLIERS = 96;
const WIDTH_FOR_ROWS = 128;

/** Most UTF-16 units of a name below the table. */
const MOST_OF_A_NAME = 120;

interface StatsColumn {
  title: string;
  least: number;
  text: (values: ValueStatistics) => string;
}

const COLUMNS: readonly StatsColumn[] = [
  { title: 'mean', least: 0, text: ({ mean }) => valueWords(mean) },
  { title: 'std', least: WIDTH_FOR_OUTLIERS, text: ({ standardDeviation }) => valueWords(standardDeviation) },
  { title: 'RMS', least: 0, text: ({ rms }) => valueWords(rms) },
  { title: 'min', least: 0, text: ({ min }) => valueWords(min) },
  { title: 'median', least: WIDTH_FOR_ROWS, text: ({ median }) => valueWords(median) },
  { title: 'max', least: 0, text: ({ max }) => valueWords(max) },
  { title: 'zeros', least: 0, text: ({ zeros, count }) => shareWords(zeros, count) },
  { title: 'outliers', least: WIDTH_FOR_OUTLIERS, text: ({ outliers }) => formatInteger(outliers) },
  { title: 'row length', least: WIDTH_FOR_ROWS, text: ({ rows }) => valueWords(rows.median) },
];

/** Lines that are laid out together: the first ones set the widths for all. */
const ROWS_AT_ONCE = 4096;

export function* renderStatsTable(
  report: TensorsReport,
  { width, theme }: RenderOptions,
): Generator<string, void, void> {
  const { tensors, data } = report;
  const shown = COLUMNS.filter(({ least }) => width >= least);
  const head: Cell[] = ['tensor', 'type', ...shown.map(({ title }) => title)].map((text) => ({
    text,
    style: theme.muted,
  }));
  const columns: Column[] = [
    { align: 'left', shrinkTo: 16, middle: true },
    { align: 'left' },
    // The mean is the last column to be left out.
    ...shown.map((_, i) => ({ align: 'right' as const, goes: shown.length - i })),
  ];
  const rows = tensors.map(({ name, type, values }): Cell[] => [
    { text: sanitize(name) },
    { text: sanitize(type), style: theme.type },
    ...shown.map(({ text }) => ({ text: values === undefined ? '-' : text(values) })),
  ]);
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const some = rows.slice(at, at + ROWS_AT_ONCE);
    for (const line of alignColumns(at === 0 ? [head, ...some] : some, columns, width)) yield line;
  }
  if (rows.length > 0) yield '';
  for (const tensor of tensors) {
    const words = remarks(tensor);
    if (words.length === 0) continue;
    const text = `${sanitize(shorten(tensor.name, MOST_OF_A_NAME))}: ${words.join('; ')}`;
    for (const line of breakText(text, width)) yield theme.level.warning(line);
  }
  if (shown.some(({ title }) => title === 'outliers')) {
    yield* breakText('outliers: further than 6 standard deviations from the mean', width).map((line) =>
      theme.muted(line),
    );
  }
  if (data !== undefined) {
    const style = data.complete ? theme.muted : theme.level.warning;
    yield* breakText(scanWords(data), width).map((line) => style(line));
  }
}

/** What is wrong or remarkable; empty if nothing is. */
function remarks({ values, notScanned }: TensorEntry): string[] {
  if (notScanned !== undefined) return [`not read, ${UNREADABLE[notScanned].clause}`];
  if (values === undefined) return [];
  const { nans, infinities, constant, count, zeros, rows, scales, outlying } = values;
  const broken = scales === null ? 0 : scales.nan + scales.infinite;
  return [
    ...(nans > 0 ? [`${formatInteger(nans)} NaN`] : []),
    ...(infinities > 0 ? [`${formatInteger(infinities)} infinite`] : []),
    ...(broken > 0 ? [`${formatInteger(broken)} blocks with a scale of NaN`] : []),
    ...(zeros === count ? ['all zeros'] : constant && count > 1 ? ['all the same number'] : []),
    ...(rows.zero > 0 && zeros < count ? [`${formatInteger(rows.zero)} rows of zeros`] : []),
    ...(outlying === undefined ? [] : [outlyingWords(outlying)]),
  ];
}
