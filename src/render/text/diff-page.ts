/** What changed between two files, for people: a summary in one line first, then totals, tensors and metadata. */

import type { DiffReport, DiffSide, TensorDifferenceReport } from '../../report/diff-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { bytesWords, dataWords, sideWords, storageWords, summaryWords, totalsRows } from '../diff-words.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import type { Style } from '../theme.js';
import { alignColumns, type Cell, type Column, charactersOf, wrap } from './columns.js';
import { diffMetadataSection, MOST_ROWS, moreRows, signOf } from './diff-metadata-section.js';
import { diffValuesSection } from './diff-values-section.js';
import { displayWidth } from './display-width.js';

export function* renderDiffPage(report: DiffReport, options: RenderOptions): Generator<string, void, void> {
  const { equal } = report;
  const sections = [
    headSection,
    ...(equal ? [] : [totalsSection, tensorsSection, diffMetadataSection]),
    diffValuesSection,
  ];
  // One section after the other, in pieces: each can have as many lines as the files have tensors or keys.
  let first = true;
  for (const section of sections) {
    const lines = section(report, options);
    if (lines.length > 0 && !first) yield '';
    first &&= lines.length === 0;
    for (const line of lines) yield withMargin(line);
  }
}

function headSection(report: DiffReport, { width, theme }: RenderOptions): string[] {
  const { before, after } = report;
  const sides: [string, DiffSide, Style][] = [
    ['before', before, theme.level.error],
    ['after', after, theme.pass],
  ];
  const words = sides.map(([, side]) => sideWords(side));
  const room = Math.max(16, width - 12 - Math.max(...words.map(displayWidth)));
  const rows = sides.map(([which, { file }], i): Cell[] => [
    { text: which, style: sides[i]?.[2] },
    { text: cutStart(nameWords(file.name), room), style: theme.title },
    { text: words[i] ?? '' },
  ]);
  const columns: Column[] = [{ align: 'left' }, { align: 'left' }, { align: 'left', shrinkTo: 12 }];
  const other = before.architecture === after.architecture ? [] : [architectureWords(report)];
  const style = report.equal ? theme.pass : theme.title;
  return [
    ...alignColumns(rows, columns, width - 2),
    '',
    ...other.flatMap((line) => wrap(line, width - 2)).map(theme.level.warning),
    ...wrap(summaryWords(report), width - 2).map(style),
  ];
}

function architectureWords({ before, after }: DiffReport): string {
  const words = (side: DiffSide) => (side.architecture === null ? 'none' : sanitize(side.architecture));
  return `two architectures: ${words(before)} → ${words(after)}`;
}

function nameWords(name: string): string {
  return name === '-' ? 'standard input' : sanitize(name);
}

/** Cuts the start of a path, because its end says more. */
function cutStart(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const characters = [...charactersOf(text)];
  let used = 1;
  let kept = characters.length;
  while (kept > 0 && used + displayWidth(characters[kept - 1] as string) <= width)
    used += displayWidth(characters[--kept] as string);
  return `…${characters.slice(kept).join('')}`;
}

function totalsSection(report: DiffReport, { width, theme }: RenderOptions): string[] {
  const head: Cell[] = ['TOTALS', 'before', 'after', 'change'].map((text, i) => ({
    text,
    style: i === 0 ? theme.heading : theme.muted,
  }));
  const rows = totalsRows(report).map(([what, before, after, change]): Cell[] => [
    { text: what },
    { text: before },
    { text: after },
    { text: change, style: change === '=' ? theme.muted : theme.number },
  ]);
  const columns: Column[] = [
    { align: 'left', shrinkTo: 8 },
    { align: 'right' },
    { align: 'right' },
    { align: 'right' },
  ];
  return alignColumns([head, ...rows], columns, width - 2);
}

function tensorsSection(report: DiffReport, { width, theme }: RenderOptions): string[] {
  const { tensors, reordered, summary } = report;
  const data = dataWords(report);
  const notes = [
    ...(reordered ? ['the tensors that both have are in a different order'] : []),
    ...(data === null ? [] : [data]),
  ];
  if (tensors.length === 0 && notes.length === 0) return [];
  const shapes = tensors.some(({ change }) => change !== 'retyped' && change !== 'content');
  const differing = tensors.reduce((sum, { count }) => sum + count, 0);
  const words = `${formatInteger(differing)} differ, ${formatInteger(summary.tensors.alike)} alike`;
  const order = shapes ? ['shapes are in ggml order: the first dimension is contiguous'] : [];
  return [
    `${theme.heading('TENSORS')}  ${theme.muted(words)}`,
    ...tensorLines(tensors.slice(0, MOST_ROWS), { width, theme }),
    ...moreRows(tensors.length, theme),
    ...[...order, ...notes].flatMap((note) => wrap(note, width - 2)).map(theme.muted),
  ];
}

/** Narrower than this, what a row was and is now goes below its name. */
const WIDTH_FOR_ONE_LINE = 64;

function tensorLines(tensors: readonly TensorDifferenceReport[], { width, theme }: RenderOptions): string[] {
  const narrow = width < WIDTH_FOR_ONE_LINE;
  const storage = (row: TensorDifferenceReport): Cell => ({ text: storageWords(row), style: theme.type });
  const rows = tensors.map((row): Cell[] => [
    signOf(row.change, theme),
    { text: sanitize(row.name) },
    { text: row.count > 1 ? `× ${formatInteger(row.count)}` : '', style: theme.muted },
    ...(narrow ? [] : [storage(row)]),
    { text: bytesWords(row) },
  ]);
  const columns: Column[] = [
    { align: 'left' },
    { align: 'left', shrinkTo: 12 },
    { align: 'right' },
    ...(narrow ? [] : [{ align: 'left', shrinkTo: 12 } as const]),
    { align: 'right' },
  ];
  const lines = alignColumns(rows, columns, width - 2);
  if (!narrow) return lines;
  return lines.flatMap((line, i) => {
    const { text, style } = storage(tensors[i] as TensorDifferenceReport);
    return [line, ...wrap(text, width - 7).map((words) => `     ${style?.(words) ?? words}`)];
  });
}
