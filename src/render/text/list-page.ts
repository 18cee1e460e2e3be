/** The page of `list`: a row for each model with what to type for it, next to it if there is room, else below it. */

import type { DuplicatesReport, ListedModel, ListReport } from '../../report/list-schema.js';
import { formatBytes, formatCount, formatParameters } from '../../words/format-quantity.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, breakText, type Cell, type Column, cut, cutMiddle } from './columns.js';
import { displayWidth } from './display-width.js';
import { shellWord } from './shell-word.js';

/** Columns of a name before others are left out, and when none is left to leave out. */
const NAME_FIRST = 18;
const LEAST_NAME = 14;

const NAME_COLUMN: Column = { align: 'left', shrinkTo: NAME_FIRST, middle: true };

const COLUMNS: readonly Column[] = [
  NAME_COLUMN,
  { align: 'left', shrinkTo: 6 },
  { align: 'right' },
  { align: 'left', shrinkTo: 6 },
  { align: 'right' },
  { align: 'left' },
  { align: 'left', shrinkTo: 9 },
];

/** Columns that a narrow page leaves out, in this order: where, notes, architecture, type. */
const LEFT_OUT = [5, 6, 1, 3];

/** The words of `--sort`; the last column needs no heading. */
const HEAD = ['name', 'arch', 'params', 'type', 'size', 'where', ''];

/** Most columns of a name: with the target below it, and with the target next to it. */
const NAME = 44;
const NAME_BESIDE = 28;
const MOST_SAID = 40;

const PLACES: Readonly<Record<ListedModel['where'], string>> = {
  hub: 'hub',
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  'llama.cpp': 'llama.cpp',
  folder: 'folder',
};

const KINDS: Readonly<Record<string, string>> = {
  model: '',
  mmproj: 'projector',
  vocab: 'vocabulary',
  imatrix: 'importance matrix',
  'image-model': 'image model',
  'video-model': 'video model',
  'text-encoder': 'text encoder',
  'image-adapter': 'LoRA of an image model',
  'speech-model': 'text to speech',
  'speech-recognizer': 'speech recognition',
};

export function renderList(report: ListReport, options: RenderOptions): string[] {
  const { theme, width } = options;
  const lines =
    report.models.length === 0
      ? nothingFound(report, width - 2)
      : [
          theme.heading('MODELS'),
          ...table(report.models, options),
          '',
          ...totals(report, options),
          ...(report.duplicates === undefined ? [] : ['', ...duplicatesSection(report.duplicates, options)]),
        ];
  return lines.map(withMargin);
}

function nothingFound({ places }: ListReport, width: number): string[] {
  return [
    'no models found in these places:',
    ...places.flatMap(({ where, folder, exists }) =>
      breakText(`${PLACES[where]}: ${sanitize(folder)}${exists ? '' : ' (not there)'}`, width - 2).map(indented),
    ),
  ];
}

function table(models: readonly ListedModel[], { theme, width, shell }: RenderOptions): string[] {
  const most = width - 2;
  const rows = [
    HEAD.map((text): Cell => ({ text, style: theme.muted })),
    ...models.map((one) => cellsOf(one, theme.muted)),
  ];
  const targets = models.map(({ target }) => shellWord(target, shell));
  // If most targets fit next to their rows, they are put there, and names are shortened for it; otherwise all are put below.
  const narrow = aligned(rows, NAME_BESIDE, most);
  const room = most - 2 - Math.max(...narrow.map(displayWidth));
  const fits = (target: string) => displayWidth(target) <= room;
  const beside = targets.filter(fits).length * 2 > targets.length;
  const [head = '', ...lines] = beside ? narrow : aligned(rows, NAME, most);
  return [
    head,
    ...lines.flatMap((line, i) => {
      const target = targets[i] as string;
      const problem = problemLines(models[i] as ListedModel, most - 2).map(theme.level.warning);
      if (!beside || !fits(target)) {
        return [line, ...breakText(target, most - 2).map((part) => indented(theme.command(part))), ...problem];
      }
      const gap = ' '.repeat(most - room - displayWidth(line));
      return [`${line}${gap}${theme.command(target)}`, ...problem];
    }),
  ];
}

/** Lines that fit: a narrow page leaves out columns, the least important first. */
function aligned(rows: readonly (readonly Cell[])[], nameWidth: number, most: number): string[] {
  const short = rows.map(([name, ...others]) => [
    { ...(name as Cell), text: cutMiddle((name as Cell).text, nameWidth) },
    ...others,
  ]);
  for (let left = 0; ; left++) {
    const out = LEFT_OUT.slice(0, left);
    const lines = alignColumns(
      short.map((row) => row.map((cell, i) => (out.includes(i) ? { text: '' } : cell))),
      left === LEFT_OUT.length ? COLUMNS.with(0, { ...NAME_COLUMN, shrinkTo: LEAST_NAME }) : COLUMNS,
      most,
    );
    if (left === LEFT_OUT.length || lines.every((line) => displayWidth(line) <= most)) return lines;
  }
}

function cellsOf(
  { name, architecture, parameters, type, bytes, where, kind, shards, error }: ListedModel,
  muted: Cell['style'],
): Cell[] {
  const missing = shards !== null && shards.present !== shards.of ? `${shards.present} of ` : '';
  const parts = shards === null ? '' : `${missing}${formatCount(shards.of, 'shard')}`;
  const notes = [said(kind === null ? '' : (KINDS[kind] ?? kind)), parts].filter((note) => note !== '');
  return [
    { text: sanitize(name) },
    { text: said(architecture ?? '') },
    { text: parameters === null ? '' : formatParameters(parameters) },
    { text: said(type ?? '') },
    { text: error !== undefined && bytes === 0 ? '' : formatBytes(bytes) },
    { text: PLACES[where], style: muted },
    { text: notes.join(', '), style: muted },
  ];
}

function problemLines({ error }: ListedModel, width: number): string[] {
  return error === undefined ? [] : breakText(`cannot be read: ${sanitize(error.message)}`, width).map(indented);
}

function totals({ totals: sums, places }: ListReport, { theme, width }: RenderOptions): string[] {
  const rows: Cell[][] = places
    .filter(({ rows: count }) => count > 0)
    .map(({ where, folder, rows: count, bytes }) => [
      { text: PLACES[where] },
      { text: formatCount(count, 'row'), style: theme.muted },
      { text: formatBytes(bytes) },
      { text: sanitize(folder), style: theme.muted },
    ]);
  const words = [
    formatCount(sums.models, 'model'),
    ...(sums.companions === 0
      ? []
      : [`${formatCount(sums.companions, 'file')} that ${sums.companions === 1 ? 'belongs' : 'belong'} to them`]),
    ...(sums.unreadable === 0 ? [] : [`${sums.unreadable} that cannot be read`]),
  ].join(', ');
  const columns: Column[] = [{ align: 'left' }, { align: 'right' }, { align: 'right' }, { align: 'left', shrinkTo: 4 }];
  return [
    `${theme.heading('IN ALL')}`,
    ...breakText(`${words}: ${formatBytes(sums.bytes)} on disk; a file with several names counts once`, width - 2),
    ...alignColumns(rows, columns, width - 2),
  ];
}

function said(text: string): string {
  return cut(sanitize(text), MOST_SAID);
}

function indented(line: string): string {
  return `  ${line}`;
}

// Which files have the same bytes, and how much space could be freed.

/** Digits of a digest that are enough to recognize it. */
const DIGITS = 12;

function duplicatesSection(report: DuplicatesReport, { theme, width }: RenderOptions): string[] {
  const { groups, freeableBytes, readBytes, unreadable } = report;
  const indented = (text: string) => breakText(sanitize(text), width - 4).map((line) => `  ${line}`);
  const lines = [theme.heading('DUPLICATES')];
  const sum = `${formatBytes(freeableBytes)} could be freed by keeping one of each`;
  lines.push(...breakText(groups.length === 0 ? 'no two files hold the same bytes' : sum, width - 2));
  for (const { sha256, bytes, files } of groups) {
    const named = `${formatCount(files.length, 'file')} of ${formatBytes(bytes)}`;
    lines.push(...breakText(`${named}, SHA-256 ${sha256.slice(0, DIGITS)}…`, width - 2));
    for (const { path } of files) lines.push(...indented(path));
  }
  for (const path of unreadable) lines.push(...indented(`could not be compared: ${path}`).map(theme.level.warning));
  const named = groups.some(({ files }) => files.some(({ digestFrom }) => digestFrom === 'name'));
  const read = readBytes === 0 ? 'No file had to be read' : `${formatBytes(readBytes)} had to be read`;
  const trust = named ? ': blobs of the hub and of Ollama are named after their digests, which are trusted' : '';
  if (groups.length > 0) lines.push(...breakText(`${read}${trust}.`, width - 2).map(theme.muted));
  return lines;
}
