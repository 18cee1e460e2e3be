/** How far the numbers are apart: by role first, then each tensor that differs, with the worst one marked. */

import type { DiffReport } from '../../report/diff-schema.js';
import type { DiffValuesTensor } from '../../report/diff-values-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import {
  differingTensors,
  distanceWords,
  RELATIVE_ERROR,
  typesWords,
  usualWords,
  valuesNotes,
} from '../diff-values-words.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { bar } from './bar.js';
import { alignColumns, type Cell, type Column, cut, wrap } from './columns.js';

/** The error of a tensor or a role. */
type Distance = Pick<DiffValuesTensor, 'relativeError' | 'notFinite'>;

const BAR_WIDTH = 12;

/** Lines that are laid out together. */
const ROWS_AT_ONCE = 4096;

export function diffValuesSection({ values }: DiffReport, { width, theme }: RenderOptions): string[] {
  if (values === undefined) return [];
  const { differing, worst, most } = differingTensors(values);
  const notes = valuesNotes(values).flatMap((note) => wrap(note, width - 2));
  const style = values.complete ? theme.muted : theme.level.warning;
  if (differing.length === 0) return [theme.heading('VALUES'), ...notes.map(style)];
  const strip = ({ relativeError, notFinite }: Distance) => ({
    text: notFinite > 0 ? '' : bar(most === 0 ? 0 : (relativeError ?? most) / most, BAR_WIDTH),
    style: theme.stored,
  });
  const roles = values.roles.filter(({ differing: count }) => count > 0).sort((a, b) => b.notFinite - a.notFinite);
  const several = new Set(values.roles.map(({ component }) => component)).size > 1;
  const roleRows = roles.map((role): Cell[] => {
    const { title, component, tensors, worst: furthest } = role;
    return [
      { text: several ? `${title} (${sanitize(component)})` : title },
      { text: tensors > 1 ? `× ${formatInteger(tensors)}` : '', style: theme.muted },
      { text: distanceWords(role), style: theme.number },
      strip(role),
      { text: tensors > 1 ? `most in ${sanitize(furthest)}` : '', style: theme.muted },
    ];
  });
  return [
    `${theme.heading('VALUES')}  ${theme.muted(cut(RELATIVE_ERROR, width - 10))}`,
    ...alignColumns(roleRows, ROLE_COLUMNS, width - 2),
    '',
    ...tensorLines(differing, worst, strip, { width, theme }),
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
  worst: DiffValuesTensor | undefined,
  strip: (distance: Distance) => Cell,
  { width, theme }: RenderOptions,
): string[] {
  const rows = differing.map((tensor): Cell[] => [
    { text: sanitize(tensor.name) },
    { text: typesWords(tensor), style: theme.type },
    { text: distanceWords(tensor), style: theme.number },
    strip(tensor),
    { text: markOf(tensor, tensor === worst), style: theme.level.warning },
  ]);
  const lines: string[] = [];
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    lines.push(...alignColumns(rows.slice(at, at + ROWS_AT_ONCE), TENSOR_COLUMNS, width - 2));
  }
  return lines;
}

function markOf(tensor: DiffValuesTensor, isWorst: boolean): string {
  return [...(isWorst ? ['◀ worst'] : []), usualWords(tensor)].filter((words) => words !== '').join(', ');
}
