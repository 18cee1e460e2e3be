/** What is stored: one line for each role, with the transformation that its matrices perform. */

import type { ExplainReport, StoredRow } from '../../report/explain-schema.js';
import { formatBytes, formatInteger, formatParameters } from '../../words/format-quantity.js';
import { ROLE_BRIEFS } from '../../words/role-briefs.js';
import type { RenderOptions } from '../options.js';
import { bar } from './bar.js';
import { alignColumns, type Cell, type Column, cut, cutApart } from './columns.js';
import { displayWidth } from './display-width.js';
import { type Detail, shapeWords } from './shape-words.js';

const COLUMNS: readonly Column[] = [
  { align: 'left', shrinkTo: 16 },
  { align: 'left', shrinkTo: 16 },
  { align: 'right', goes: 2 },
  { align: 'left', shrinkTo: 9 },
  { align: 'right' },
  { align: 'right' },
  { align: 'left', goes: 1 },
  { align: 'left', goes: 0 },
];

/** Most lines of the table; with more, the small rows of a component are combined. */
const MOST_ROWS = 26;

/** On a narrower page, long titles are cut, because the names of axes need the room. */
const WIDTH_FOR_TITLES = 120;
const SHORT_TITLE = 18;

/** Width from which there is room for what each role does. */
const WIDTH_FOR_BRIEFS = 136;

/** Columns that stay free for the bar at the end of each line. */
const LEAST_BAR = 4;
const MOST_BAR = 16;
/** What is left of the bar where its room is better used for titles. */
const ENOUGH_OF_A_BAR = 8;

export function storedSection(report: ExplainReport, { width, theme }: RenderOptions): string[] {
  const rows = withSmallTogether(report.stored);
  if (rows.length === 0) return [];
  const components = new Set(rows.map(({ component }) => component));
  const parameters = width >= 90;
  const cellsIn = (detail: Detail) => rows.map((row) => storedCells(row, detail, parameters, { width, theme }));
  const widthOf = (cells: Cell[][]) =>
    COLUMNS.reduce((sum, _, i) => sum + 2 + Math.max(0, ...cells.map((row) => displayWidth(row[i]?.text ?? ''))), 0);

  const fits = (candidate: Cell[][]) => widthOf(candidate) + LEAST_BAR <= width;
  let cells = cellsIn('full');
  if (!fits(cells)) cells = cellsIn('short');
  if (!fits(cells)) cells = cellsIn('brief');
  const briefs = width >= WIDTH_FOR_BRIEFS;
  const rest =
    width - 2 - widthOf(cells) - (briefs ? Math.max(...rows.map((row) => displayWidth(briefOf(row)))) + 2 : 0);
  const titleRoom = SHORT_TITLE + Math.max(0, rest - ENOUGH_OF_A_BAR);
  const titles =
    width < WIDTH_FOR_TITLES
      ? cutApart(
          rows.map(({ title }) => title),
          titleRoom,
          1,
        )
      : rows.map(({ title }) => title);
  const longer =
    Math.max(...titles.map(displayWidth)) - Math.max(...cells.map(([title]) => displayWidth(title?.text ?? '')));
  const barWidth = Math.max(LEAST_BAR, Math.min(MOST_BAR, rest - longer));
  const largest = Math.max(...rows.map(({ bytes }) => bytes));
  rows.forEach((row, i) => {
    const share = largest === 0 ? 0 : row.bytes / largest;
    cells[i]?.splice(0, 1, { text: titles[i] ?? '' });
    cells[i]?.push({ text: bar(share, barWidth), style: theme.stored });
    if (briefs) cells[i]?.push({ text: briefOf(row), style: theme.muted });
  });
  const lines = alignColumns(cells, COLUMNS, width - 2);
  const directions = report.model.kind === 'controlvector';
  const what = directions
    ? 'directions, added to what leaves each layer (--control-vector)'
    : 'learned weights: each matrix transforms a vector';
  const heading = `${theme.stored(theme.heading('STORED'))}  ${theme.muted(what)}`;
  return [
    heading,
    ...lines.flatMap((line, i) => {
      const { component } = rows[i] as StoredRow;
      const first = components.size > 1 && component !== rows[i - 1]?.component;
      return first ? [theme.label(`${component}:`), line] : [line];
    }),
  ];
}

/** What the matrices of a row do, in a few words. */
function briefOf({ role, group }: StoredRow): string {
  return ROLE_BRIEFS[role] ?? ROLE_BRIEFS[group] ?? '';
}

function storedCells(row: StoredRow, detail: Detail, parameters: boolean, { theme, width }: RenderOptions): Cell[] {
  const types = row.types.map(({ type }) => type);
  return [
    { text: width < WIDTH_FOR_TITLES ? cut(row.title, SHORT_TITLE) : row.title },
    { text: shapesWords(row, detail) },
    { text: row.tensors > 1 ? `× ${formatInteger(row.tensors)}` : '', style: theme.muted },
    { text: types.length > 3 ? `${types.slice(0, 2).join('+')}+…` : types.join('+'), style: theme.type },
    { text: parameters ? formatParameters(row.parameters) : '', style: theme.muted },
    { text: formatBytes(row.bytes) },
  ];
}

function shapesWords({ shapes, kind, tensors }: StoredRow, detail: Detail): string {
  const [first, ...others] = shapes;
  if (first === undefined) return '';
  const words = shapeWords(first, kind, detail);
  if (others.length === 0)
    return kind === 'lookup table' && detail === 'full' && tensors === 1 ? `${words} · a lookup` : words;
  if (first.ggml.length === 1) return `vectors of ${shapes.map(({ ggml }) => formatInteger(ggml[0] ?? 1)).join(', ')}`;
  return `${words}, and others`;
}

/** Combines the smallest rows if a model has more roles than a page can show. */
function withSmallTogether(rows: readonly StoredRow[]): StoredRow[] {
  if (rows.length <= MOST_ROWS) return [...rows];
  const kept = new Set([...rows].sort((a, b) => b.bytes - a.bytes).slice(0, MOST_ROWS - 2));
  const others = rows.filter((row) => !kept.has(row));
  const types = new Map<string, number>();
  for (const { type, count } of others.flatMap((row) => row.types)) types.set(type, (types.get(type) ?? 0) + count);
  const sum = (of: (row: StoredRow) => number) => others.reduce((total, row) => total + of(row), 0);
  return [
    ...rows.filter((row) => kept.has(row)),
    {
      ...(others.at(-1) as StoredRow),
      title: `${others.length} smaller roles`,
      component: 'all others',
      types: [...types].map(([type, count]) => ({ type, count })),
      shapes: [],
      tensors: sum((row) => row.tensors),
      parameters: sum((row) => row.parameters),
      bytes: sum((row) => row.bytes),
    },
  ];
}
