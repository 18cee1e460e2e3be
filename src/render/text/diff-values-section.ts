/** How far the numbers are from each other: by role first, then each tensor that differs, with the worst one marked. */

import type { DiffReport } from '../../report/diff-schema.js';
import type { DiffValuesTensor } from '../../report/diff-values-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { differingTensors, errorWords, RELATIVE_ERROR, typesWords, valuesNotes } from '../diff-values-words.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { bar } from './bar.js';
import { alignColumns, type Cell, type Column, cut, wrap } from './columns.js';

const BAR_WIDTH = 12;

/** Lines laid out at once. */
const ROWS_AT_ONCE = 4096;

export function diffValuesSection({ values }: DiffReport, { width, theme }: RenderOptions): string[] {
  if (values === undefined) return [];
  const { differing, most } = differingTensors(values);
  const notes = valuesNotes(values).flatMap((note) => wrap(note, width - 2));
  const style = values.complete ? theme.muted : theme.level.warning;
  if (differing.length === 0) return [theme.heading('VALUES'), ...notes.map(style)];
  const strip = (error: number | null) => ({
    text: bar(most === 0 ? 0 : (error ?? most) / most, BAR_WIDTH),
    style: theme.bar,
  });
  const roles = values.roles.filter(({ relativeError }) => relativeError !== 0);
  const several = new Set(values.roles.map(({ component }) => component)).size > 1;
  const roleRows = roles.map(({ title, component, tensors, relativeError, worst }): Cell[] => [
    { text: several ? `${title} (${sanitize(component)})` : title },
    { text: tensors > 1 ? `× ${formatInteger(tensors)}` : '', style: theme.muted },
    { text: errorWords(relativeError), style: theme.number },
    strip(relativeError),
    { text: tensors > 1 ? `worst ${sanitize(worst)}` : '', style: theme.muted },
  ]);
  return [
    `${theme.heading('VALUES')}  ${theme.muted(cut(RELATIVE_ERROR, width - 10))}`,
    ...alignColumns(roleRows, ROLE_COLUMNS, width - 2),
    '',
    ...tensorLines(differing, most, strip, { width, theme }),
    ...notes.map(style),
  ];
}

const ROLE_COLUMNS: readonly Column[] = [
  { align: 'left', shrinkTo: 12 },
  { align: 'right' },
  { align: 'right' },
  { align: 'left' },
  { align: 'left', shrinkTo: 8 },
];

const TENSOR_COLUMNS: readonly Column[] = [
  { align: 'left', shrinkTo: 12 },
  { align: 'left', shrinkTo: 6 },
  { align: 'right' },
  { align: 'left' },
  { align: 'left', shrinkTo: 7 },
];

function tensorLines(
  differing: readonly DiffValuesTensor[],
  most: number,
  strip: (error: number | null) => Cell,
  { width, theme }: RenderOptions,
): string[] {
  const rows = differing.map((tensor): Cell[] => [
    { text: sanitize(tensor.name) },
    { text: typesWords(tensor), style: theme.type },
    { text: errorWords(tensor.relativeError), style: theme.number },
    strip(tensor.relativeError),
    { text: markOf(tensor, most), style: theme.level.warning },
  ]);
  const lines: string[] = [];
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    lines.push(...alignColumns(rows.slice(at, at + ROWS_AT_ONCE), TENSOR_COLUMNS, width - 2));
  }
  return lines;
}

function markOf({ relativeError, notFinite }: DiffValuesTensor, most: number): string {
  return [
    ...(most > 0 && relativeError === most ? ['◀ worst'] : []),
    ...(notFinite > 0 ? [`${formatInteger(notFinite)} NaN or infinite`] : []),
  ].join(', ');
}
