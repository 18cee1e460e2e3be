/** The list of tensors as a table: one line for each row of equal layers, or one for each tensor. */

import Table from 'cli-table3';
import type { FoldedTensorEntry, TensorEntry, TensorsReport } from '../../report/schema.js';
import { formatBytes, formatInteger, formatParameters } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import type { Theme } from '../theme.js';
import { breakText, cut, cutApart } from './columns.js';
import { displayWidth } from './display-width.js';
import { formatRanges, shapeWords } from './shape-words.js';
import { shellWord } from './shell-word.js';

/** Widths from which there is room for the names of axes, for roles, and for parameter counts. */
const WIDTH_FOR_AXES = 132;
const WIDTH_FOR_ROLES = 112;
const WIDTH_FOR_PARAMETERS = 76;
/** Of a name, of any column (the words over it), and between two columns. */
const LEAST_NAME = 20;
const LEAST_COLUMN = 6;
const GAP = 2;

export function* renderTensorTable(
  report: TensorsReport,
  fold: boolean,
  { width, theme, shell }: RenderOptions,
): Generator<string, void, void> {
  const { selection } = report;
  const rows: Row[] = fold ? report.folded.map(foldedRow) : report.tensors.map(tensorRow);
  if (rows.length > 0) {
    const axes = width >= WIDTH_FOR_AXES;
    const roles = width >= WIDTH_FOR_ROLES;
    const parameters = width >= WIDTH_FOR_PARAMETERS;
    const others = rows.map((row) => [
      ...(roles ? [cut(row.role, 22)] : []),
      cut(shapeWords(row.shape, '', axes ? 'short' : 'brief'), axes ? 46 : parameters ? 24 : 16),
      cut(row.types, parameters ? 18 : 10),
      ...(parameters ? [formatParameters(row.parameters)] : []),
      row.bytes === null ? '?' : formatBytes(row.bytes),
    ]);
    const taken = others[0]?.reduce((sum, _, i) => sum + GAP + Math.max(LEAST_COLUMN, widestIn(others, i)), 0) ?? 0;
    const names = cutApart(
      rows.map(({ name }) => sanitize(name)),
      Math.max(LEAST_NAME, width - taken),
    );
    const cells = others.map((row, i) => [names[i] as string, ...row]);
    const head = ['tensor', ...(roles ? ['role'] : []), 'in → out', 'type', ...(parameters ? ['params'] : []), 'bytes'];
    yield* tableLines(head, cells, theme);
    for (const row of fold ? report.folded : []) {
      if (row.types.length > 1) yield* breakText(mixWords(row), width - 2).map((line) => theme.muted(line));
    }
    yield '';
  }
  if (selection.shown === 0 && selection.all > 0)
    yield* breakText(
      `No tensor matches. \`gguf-explain tensors ${shellWord(report.file.name, shell)}\` lists all.`,
      width,
    );
  const shown = `${formatInteger(selection.shown)} of ${formatInteger(selection.all)} tensors`;
  yield `${shown}, ${formatParameters(selection.parameters)} parameters, ${formatBytes(selection.bytes)}`;
}

/** Rows of one table at a time: the library lays out all rows of a table together, and its time grows with the square of their number. */
const ROWS_AT_ONCE = 128;

function* tableLines(head: readonly string[], rows: readonly string[][], theme: Theme): Generator<string, void, void> {
  const padding = PLAIN_TABLE.style['padding-right'];
  const colWidths = head.map((name, i) => padding + Math.max(displayWidth(name), widestIn(rows, i)));
  const colAligns = head.map((name) => (name === 'params' || name === 'bytes' ? 'right' : 'left'));
  const typeColumn = head.indexOf('type');
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const titles = at === 0 ? { head: head.map(theme.muted) } : {};
    const table = new Table({ ...PLAIN_TABLE, ...titles, colWidths, colAligns });
    for (const row of rows.slice(at, at + ROWS_AT_ONCE)) {
      table.push(row.map((text, i) => (i === typeColumn ? theme.type(text) : text)));
    }
    for (const line of table.toString().split('\n')) yield line.trimEnd();
  }
}

function widestIn(rows: readonly (readonly string[])[], column: number): number {
  return rows.reduce((most, row) => Math.max(most, displayWidth(row[column] ?? '')), 0);
}

interface Row {
  name: string;
  role: string;
  shape: TensorEntry['shape'];
  types: string;
  parameters: number;
  bytes: number | null;
}

function tensorRow(tensor: TensorEntry): Row {
  return { ...tensor, types: tensor.type };
}

function foldedRow(row: FoldedTensorEntry): Row {
  const [only, second] = row.types;
  if (only !== undefined && second === undefined) return { ...row, types: only.type };
  return { ...row, types: row.types.map(({ type }) => type).join('+') };
}

/** Most UTF-16 units of a name below the table. */
const MOST_OF_A_NAME = 120;

/** Which layers have which type, for a row with several types. */
function mixWords({ name, types }: FoldedTensorEntry): string {
  const words = types.map(({ type, layers }) => `${type} in ${formatRanges(layers)}`);
  return `${sanitize(shorten(name, MOST_OF_A_NAME))}: ${words.join('; ')}`;
}

// The style of all tables: no borders, a thin line under the head.

const EDGES = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
] as const;
const WALLS = ['left', 'left-mid', 'right', 'right-mid', 'mid', 'mid-mid', 'middle'] as const;

const PLAIN_TABLE = {
  chars: Object.fromEntries([...EDGES, ...WALLS].map((part) => [part, ''])),
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
};
