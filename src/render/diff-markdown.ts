/** What changed between two files, as a comment on a pull request: a summary and tables; long tables are folded. */

import type { DiffReport, MetadataDifferenceReport, TensorDifferenceReport } from '../report/diff-schema.js';
import { formatCount, formatInteger } from '../words/format-quantity.js';
import {
  differingTensors,
  distanceWords,
  RELATIVE_ERROR,
  typesWords,
  usualWords,
  valuesNotes,
} from './diff-values-words.js';
import {
  bytesWords,
  dataWords,
  itemWords,
  metadataWords,
  sideWords,
  storageWords,
  summaryWords,
  totalsRows,
} from './diff-words.js';
import { codeBlock, details, htmlCode, inlineCode } from './markdown-text.js';

/** Number of rows from which a table is folded, and its maximum. */
const LONG_TABLE = 12;
const MOST_ROWS = 150;

/** GitHub accepts comments of 65,536 characters; a note says what is left out. */
const MOST_CHARACTERS = 60_000;

/** Most lines of the differences of a text, and most characters of each. */
const MOST_LINES = 200;
const MOST_OF_A_LINE = 400;

export function diffMarkdown(report: DiffReport): string[] {
  const { before, after, equal } = report;
  const sections: string[][] = [
    [`### ${inlineCode(before.file.name)} → ${inlineCode(after.file.name)}`],
    [`**${summaryWords(report)}**`],
    ...(before.architecture === after.architecture ? [] : [['The architectures are two different ones.']]),
    ...(equal ? [] : [totalsTable(report), tensorsTable(report), ...metadataTables(report)]),
    ...diffValuesMarkdown(report),
  ];
  return withinBounds(sections.filter((lines) => lines.length > 0)).map((part) => `${part}\n`);
}

function withinBounds(sections: readonly string[][]): string[] {
  const parts: string[] = [];
  let used = 0;
  let left = 0;
  for (const lines of sections) {
    const part = `${parts.length === 0 ? '' : '\n'}${lines.join('\n')}`;
    if (used + part.length > MOST_CHARACTERS) {
      left++;
      continue;
    }
    parts.push(part);
    used += part.length + 1;
  }
  if (left > 0)
    parts.push(`\n${formatCount(left, 'section')} left out, as a comment has no room for more; the JSON has all.`);
  return parts;
}

function totalsTable(report: DiffReport): string[] {
  const { before, after } = report;
  return [
    '| | before | after | change |',
    '| --- | ---: | ---: | ---: |',
    `| Model | ${inlineCode(sideWords(before))} | ${inlineCode(sideWords(after))} | |`,
    ...totalsRows(report).map((row) => `| ${row.join(' | ')} |`),
  ];
}

function tensorsTable(report: DiffReport): string[] {
  const { tensors, reordered } = report;
  const data = dataWords(report);
  const notes = [
    ...(reordered ? ['The tensors that both have are in a different order.'] : []),
    ...(data === null ? [] : [`${data.charAt(0).toUpperCase()}${data.slice(1)}.`]),
  ].flatMap((note) => ['', note]);
  if (tensors.length === 0) return notes.slice(1);
  const table = [
    '| tensors | | change | bytes |',
    '| --- | ---: | --- | ---: |',
    ...tensors.slice(0, MOST_ROWS).map(tensorRow),
    ...moreWords(tensors.length - MOST_ROWS),
  ];
  const count = tensors.reduce((sum, row) => sum + row.count, 0);
  const title = `Tensors: ${formatCount(count, 'difference')}`;
  return [...(tensors.length > LONG_TABLE ? details(title, table) : [`#### ${title}`, '', ...table]), ...notes];
}

function tensorRow(row: TensorDifferenceReport): string {
  const what = row.change === 'added' || row.change === 'removed' ? `${row.change}, ` : '';
  const count = row.count > 1 ? `× ${row.count}` : '';
  return `| ${inlineCode(row.name)} | ${count} | ${what}${storageWords(row)} | ${bytesWords(row)} |`;
}

function moreWords(more: number): string[] {
  return more > 0 ? ['', `And ${formatCount(more, 'more row')}; the JSON has all.`] : [];
}

function metadataTables({ metadata, ignored }: DiffReport): string[][] {
  const without = ignored.length === 0 ? [] : [`Keys left out: ${ignored.map(inlineCode).join(', ')}.`];
  if (metadata.length === 0) return [without];
  const table = [
    '| key | change |',
    '| --- | --- |',
    ...metadata.slice(0, MOST_ROWS).map(metadataRow),
    ...moreWords(metadata.length - MOST_ROWS),
  ];
  const title = `Metadata: ${formatCount(metadata.length, 'difference')}`;
  return [
    metadata.length > LONG_TABLE ? details(title, table) : [`#### ${title}`, '', ...table],
    without,
    ...metadata.map(longDifference),
  ];
}

function metadataRow(difference: MetadataDifferenceReport): string {
  const { key, change } = difference;
  const words = metadataWords(difference);
  const shown = words.length > MOST_OF_A_LINE ? `${words.slice(0, MOST_OF_A_LINE)}…` : words;
  return `| ${inlineCode(key)} | ${change === 'changed' ? '' : `${change}: `}${inlineCode(shown)} |`;
}

/** The lines in which two texts differ, or the first items in which two arrays differ. */
function longDifference({ key, lines, items }: MetadataDifferenceReport): string[] {
  const hunks = (lines?.hunks ?? []).flatMap(({ before, after, lines: of }) => [`@@ −${before} +${after} @@`, ...of]);
  const told = items === undefined ? [] : items.first.map(itemWords);
  const all = [...hunks, ...told];
  if (all.length === 0) return [];
  const shown = all
    .slice(0, MOST_LINES)
    .map((line) => (line.length > MOST_OF_A_LINE ? `${line.slice(0, MOST_OF_A_LINE)}…` : line));
  const more = all.length - shown.length + (items === undefined ? 0 : items.differing - told.length);
  if (more > 0) shown.push(`… ${more} more`);
  return details(`What changed in ${htmlCode(key)}`, codeBlock(hunks.length > 0 ? 'diff' : 'text', shown));
}

// How far the numbers of two models are apart, as Markdown tables: by role, and a folded table of the tensors.

/** Most rows in the table of tensors. */
const MOST_VALUE_ROWS = 150;

/** The sections, each a list of lines. */
function diffValuesMarkdown({ values }: DiffReport): string[][] {
  if (values === undefined) return [];
  const { differing, worst } = differingTensors(values);
  const notes = valuesNotes(values).map((note) => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`);
  const summary = notes.flatMap((note, i) => (i === 0 ? [note] : ['', note]));
  if (differing.length === 0) return [['#### Values', '', ...summary]];
  const several = new Set(values.roles.map(({ component }) => component)).size > 1;
  const roles = values.roles
    .filter(({ differing: count }) => count > 0)
    .sort((a, b) => b.notFinite - a.notFinite)
    .map((row) => {
      const role = several ? `${row.title} (${inlineCode(row.component)})` : row.title;
      return `| ${role} | ${formatInteger(row.tensors)} | ${distanceWords(row)} | ${inlineCode(row.worst)} |`;
    });
  const rows = differing.slice(0, MOST_VALUE_ROWS).map((tensor) => {
    const error = distanceWords(tensor);
    const words = [tensor === worst ? `**${error}**` : error, usualWords(tensor)].filter((part) => part !== '');
    return `| ${inlineCode(tensor.name)} | ${typesWords(tensor)} | ${words.join(', ')} |`;
  });
  const more = differing.length - MOST_VALUE_ROWS;
  return [
    ['#### Values', '', `${RELATIVE_ERROR.charAt(0).toUpperCase()}${RELATIVE_ERROR.slice(1)}.`, '', ...summary],
    ['| role | tensors | relative error | most in |', '| --- | ---: | ---: | --- |', ...roles],
    details(`Relative errors of ${formatCount(differing.length, 'tensor')}`, [
      '| tensor | type | relative error |',
      '| --- | --- | ---: |',
      ...rows,
      ...(more > 0 ? ['', `And ${formatCount(more, 'more row')}; the JSON has all.`] : []),
    ]),
  ];
}
