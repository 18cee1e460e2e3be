/** The page for people: one section after the other, each with a blank line before it. */

import type { ExplainReport, FlowStep } from '../../report/explain-schema.js';
import { formatBits, formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { joinSections, pageText, withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, type Cell, type Column, wrap } from './columns.js';
import { computedSection, toRunSection } from './computed-section.js';
import { displayWidth } from './display-width.js';
import { exampleSection } from './example-section.js';
import { findingsSection } from './findings-section.js';
import { importanceSection } from './importance-section.js';
import { shellWord } from './shell-word.js';
import { storedSection } from './stored-section.js';
import { titleSection } from './title-section.js';

/** `values` is the section on the numbers, if these were read. */
export function explainPageLines(report: ExplainReport, options: RenderOptions, values: string[] = []): string[] {
  const sections = [
    titleSection(report, options),
    report.importance === undefined ? storedSection(report, options) : importanceSection(report.importance, options),
    values,
    flowSection(report, options),
    exampleSection(report, options),
    computedSection(report, options),
    toRunSection(report, options),
    formatsSection(report, options),
    findingsSection(report.findings, options, report.notChecked),
    nextSection(report, options),
  ];
  return joinSections(sections).map(withMargin);
}

/** The same as one text. It contains the styles of a theme from `makeTheme`; other escape sequences are escaped. */
export function renderExplainPage(report: ExplainReport, options: RenderOptions, values: string[] = []): string {
  return pageText(explainPageLines(report, options, values));
}

// How a token travels, as a chain of steps, each with its name above and the vector that leaves it below.

const ARROW = ' → ';

function flowSection({ flow, model }: ExplainReport, { width, theme }: RenderOptions): string[] {
  if (flow.length === 0) return [];
  const steps = flow.map((step) => stepWords(step, model.tiedOutput));
  const lines: string[] = [];
  let names = '';
  let values = '';
  for (const [name, value] of steps) {
    const size = Math.max(displayWidth(name), displayWidth(value));
    if (values !== '' && displayWidth(values) + ARROW.length + size > width - 4) {
      lines.push(theme.muted(names.trimEnd()), `${values.trimEnd()} →`);
      names = values = '';
    }
    const joint = values === '' ? '' : ARROW;
    names += ' '.repeat(joint.length) + name.padEnd(size);
    values += joint + value + ' '.repeat(size - displayWidth(value));
  }
  lines.push(theme.muted(names.trimEnd()), values.trimEnd());
  const note =
    'Each layer adds what it computes to the vector. How much one token attends to another is computed afresh for ' +
    'every text; it is not stored in any weight.';
  return [theme.heading('HOW A TOKEN TRAVELS'), ...lines, ...wrap(note, width - 2).map(theme.muted)];
}

function stepWords({ step, size, repeat, parts }: FlowStep, tied: boolean): [name: string, value: string] {
  const length = formatInteger(size ?? 0);
  switch (step) {
    case 'tokens':
      return ['token id', size === undefined ? 'an id' : `0 … ${formatInteger(Math.max(0, size - 1))}`];
    case 'embedding':
      return ['embedding', `row of ${length}`];
    case 'encoder':
    case 'layers':
      return [
        `${formatCount(repeat ?? 1, step === 'encoder' ? 'encoder layer' : 'layer')}, each`,
        `(${(parts ?? []).join(' → ')})`,
      ];
    case 'norm':
      return ['norm', length];
    case 'output':
      return [tied ? 'output (the embedding again)' : 'output', `${length} scores`];
    case 'result':
      return size === 1 ? ['softmax', 'next token'] : ['result', `vectors of ${length}`];
  }
}

// The guide's quantization table, for this model.

/** Columns that the table takes with spelled-out units. */
const WIDTH_FOR_UNITS = 98;

/** If there is no room for all, the first of these are left out first. */
const FIRST_TO_GO = ['F32', 'Q3_K_M', 'Q5_K_M', 'Q6_K', 'Q2_K'];

function sizeWords(bytes: number, width: number): string {
  return width >= WIDTH_FOR_UNITS ? formatBytes(bytes) : formatBytes(bytes).replace('iB', '');
}

function formatsSection(report: ExplainReport, { width, theme }: RenderOptions): string[] {
  const { formats, totals, model } = report;
  if (formats.length === 0 || totals.bitsPerWeight === null) return [];
  let shown = formats;
  let table = formatTable(shown, width, theme);
  for (const name of FIRST_TO_GO) {
    if (table.width <= width - 2) break;
    shown = shown.filter(({ fileType, current }) => current || fileType !== name);
    table = formatTable(shown, width, theme);
  }
  const own = model.label === null ? '' : `${sanitize(model.label.name)}, `;
  const note =
    `This file: ${own}${formatBytes(totals.bytes)} of weights at ${formatBits(totals.bitsPerWeight)} bits. ` +
    "The other sizes follow the rules of llama.cpp's quantizer.";
  return [
    `${theme.heading('IN OTHER FORMATS')}  ${theme.muted(width < 66 ? 'precision for size' : 'precision traded for size; bits per weight')}`,
    ...alignColumns(table.rows, table.columns, width - 2),
    ...wrap(note, width - 2).map(theme.muted),
  ];
}

function formatTable(formats: ExplainReport['formats'], width: number, theme: RenderOptions['theme']) {
  const mark = (text: string, current: boolean): Cell =>
    current ? { text: `▸${text}`, style: theme.number } : { text };
  const rows: Cell[][] = [
    [{ text: '' }, ...formats.map(({ fileType, current }) => mark(sanitize(fileType), current))],
    [{ text: 'size' }, ...formats.map(({ bytes, current }) => mark(sizeWords(bytes, width), current))],
    [{ text: 'bits' }, ...formats.map(({ bitsPerWeight, current }) => mark(formatBits(bitsPerWeight), current))],
  ];
  const columns = rows[0]?.map((_, i): Column => ({ align: i === 0 ? 'left' : 'right' })) ?? [];
  const widthOf = (i: number) => Math.max(...rows.map((row) => displayWidth(row[i]?.text ?? '')));
  return { rows, columns, width: columns.reduce((sum, _, i) => sum + widthOf(i) + (i === 0 ? 0 : 2), 0) };
}

// What to try next: commands to paste, each with its purpose.

/** Most UTF-16 units of a tensor's name. */
const MOST_OF_A_NAME = 200;

/** Up to this many bytes of weights, a prompt is computed without a long wait. */
const SMALL = 1 << 30;

function nextSection(report: ExplainReport, { theme, width, shell }: RenderOptions): string[] {
  const { file, companions = [] } = report;
  const model = shellWord(file.name, shell);
  const suggestions: [command: string, reason: string][] = [
    ...suggestionsFor(report, model),
    ...companions.map(({ kind, name }): [string, string] => [
      `gguf-explain ${shellWord(name, shell)}`,
      `the ${kind} that belongs to it`,
    ]),
  ];
  const longest = Math.max(...suggestions.map(([command]) => displayWidth(command)));
  const beside = suggestions.every(([, reason]) => longest + 2 + displayWidth(reason) <= width - 2);
  const lines = suggestions.flatMap(([command, reason]) => {
    const gap = ' '.repeat(longest + 2 - displayWidth(command));
    return beside
      ? [`${theme.command(command)}${gap}${theme.muted(reason)}`]
      : [theme.command(command), ...wrap(reason, width - 4).map((line) => `  ${theme.muted(line)}`)];
  });
  return [theme.heading('NEXT'), ...lines];
}

/** Two or three that fit this file. */
function suggestionsFor(report: ExplainReport, model: string): [command: string, reason: string][] {
  const { file, tensors, findings, totals, flow, computed, model: facts } = report;
  if (tensors.length === 0) return [[`gguf-explain metadata ${model}`, 'all metadata of the file']];
  const all: [string, string][] = [];
  const grave = findings.filter(({ level }) => level !== 'advice').length;
  if (grave > 0) all.push([`gguf-explain check ${model}`, `${formatCount(grave, 'finding')} and what to do`]);
  const local = file.name !== '-' && !/^https?:|^hf:/i.test(file.name);
  if (flow.length > 0 && facts.tokenizer !== null && local && totals.bytes <= SMALL)
    all.push([`gguf-explain flow ${model} "Hello world"`, 'computes what the model predicts next']);
  if (computed.length > 0) all.push([`gguf-explain memory ${model}`, 'what it needs to run, with the formulas']);
  const example = tensors.find(({ role }) => role === 'attention-query') ?? tensors.find(({ shape }) => shape.in);
  // A name that is far too long would not be pasted, and a shortened one names no tensor.
  if (example !== undefined && example.name.length <= MOST_OF_A_NAME)
    all.push([`gguf-explain tensor ${model} ${shellWord(example.name)}`, 'one matrix, with its numbers']);
  if (all.length < 2) all.push([`gguf-explain tensors ${model} --sort bytes`, 'all tensors, the largest first']);
  if (all.length < 2) all.push([`gguf-explain metadata ${model}`, 'all metadata of the file']);
  return all.slice(0, 3);
}
