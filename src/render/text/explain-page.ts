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
import { nextSection, type Suggestion } from './next-section.js';
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
    nextSection(suggestions(report, options), options),
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
  const rows = stepRows(steps, width);
  const lines = rows.flatMap((row, at) => {
    const sizes = row.map(stepWidth);
    const names = row.map(([name], i) => name.padEnd(sizes[i] ?? 0)).join(' '.repeat(ARROW.length));
    const values = row.map(([, value], i) => value + ' '.repeat((sizes[i] ?? 0) - displayWidth(value))).join(ARROW);
    return [theme.muted(names.trimEnd()), `${values.trimEnd()}${at < rows.length - 1 ? ' →' : ''}`];
  });
  const note =
    'Each layer adds what it computes to the vector. How much one token attends to another is computed afresh for ' +
    'every text; it is not stored in any weight.';
  return [theme.heading('HOW A TOKEN TRAVELS'), ...lines, ...wrap(note, width - 2).map(theme.muted)];
}

type StepWords = readonly [name: string, value: string];

function stepWidth([name, value]: StepWords): number {
  return Math.max(displayWidth(name), displayWidth(value));
}

/** Fits several steps in a row; the last step never has a row to itself. */
function stepRows(steps: readonly StepWords[], width: number): StepWords[][] {
  const rows: StepWords[][] = [[]];
  let used = 0;
  for (const step of steps) {
    if (used > 0 && used + stepWidth(step) > width - 4) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(step);
    used += stepWidth(step) + ARROW.length;
  }
  const [last, before] = [rows.at(-1), rows.at(-2)];
  if (last?.length === 1 && before !== undefined && before.length > 2) last.unshift(before.pop() as StepWords);
  return rows;
}

function stepWords({ step, size, repeat, parts, fills }: FlowStep, tied: boolean): StepWords {
  const length = formatInteger(size ?? 0);
  switch (step) {
    case 'tokens':
      return ['token id', size === undefined ? 'an id' : `0 … ${formatInteger(Math.max(0, size - 1))}`];
    case 'embedding':
      return ['embedding', `row of ${length}`];
    case 'encoder':
    case 'layers':
      return [
        `${formatCount(repeat ?? 1, step === 'encoder' ? 'encoder layer' : 'layer')}${repeat === 1 ? '' : ', each'}`,
        `(${(parts ?? []).join(' → ')})`,
      ];
    case 'norm':
      return ['norm', length];
    case 'output':
      return [tied ? 'output (the embedding again)' : 'output', `${length} scores`];
    case 'result':
      if (size !== 1) return ['result', `vectors of ${length}`];
      return ['softmax', fills ? 'masked tokens' : 'next token'];
  }
}

// The guide's quantization table, for this model.

/** Where there is no room for all, the first of these go. */
const FIRST_TO_GO = ['F32', 'Q3_K_M', 'Q5_K_M', 'Q6_K', 'Q2_K'];

function formatsSection(report: ExplainReport, { width, theme }: RenderOptions): string[] {
  const { formats, totals, model } = report;
  if (formats.length === 0 || totals.bitsPerWeight === null) return [];
  let shown = formats;
  let table = formatTable(shown, theme);
  for (const name of FIRST_TO_GO) {
    if (table.width <= width - 2) break;
    shown = shown.filter(({ fileType, current }) => current || fileType !== name);
    table = formatTable(shown, theme);
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

function formatTable(formats: ExplainReport['formats'], theme: RenderOptions['theme']) {
  const mark = (text: string, current: boolean): Cell =>
    current ? { text: `▸${text}`, style: theme.number } : { text };
  const rows: Cell[][] = [
    [{ text: '' }, ...formats.map(({ fileType, current }) => mark(sanitize(fileType), current))],
    [{ text: 'size' }, ...formats.map(({ bytes, current }) => mark(formatBytes(bytes), current))],
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

function suggestions(report: ExplainReport, { shell }: RenderOptions): Suggestion[] {
  const { companions = [] } = report;
  const others = companions.map(
    ({ kind, name }): Suggestion => [`gguf-explain ${shellWord(name, shell)}`, `the ${kind} that belongs to it`],
  );
  return [...suggestionsFor(report, shell), ...others];
}

/** Two or three that fit this file. */
function suggestionsFor(report: ExplainReport, shell: RenderOptions['shell']): Suggestion[] {
  const { file, tensors, findings, computed, model: facts } = report;
  const model = shellWord(file.name, shell);
  const metadata: Suggestion = [`gguf-explain metadata ${model}`, 'all metadata of the file'];
  const hasVocabulary = facts.tokenizer?.tokens != null && facts.tokenizer.model !== 'no_vocab';
  if (tensors.length === 0)
    return hasVocabulary ? [[`gguf-explain token ${model} "Hello world"`, 'how it cuts a text'], metadata] : [metadata];
  const all: Suggestion[] = [];
  const grave = findings.filter(({ level }) => level !== 'advice').length;
  if (grave > 0) all.push([`gguf-explain check ${model}`, `${formatCount(grave, 'finding')} and what to do`]);
  const flow = flowSuggestion(report, model, hasVocabulary);
  if (flow !== undefined) all.push(flow);
  if (computed.length > 0) all.push([`gguf-explain memory ${model}`, 'what it needs to run, with the formulas']);
  const example = tensors.find(({ role }) => role === 'attention-query') ?? tensors.find(({ shape }) => shape.in);
  // A name that is far too long would not be pasted, and a shortened one names no tensor.
  if (example !== undefined && example.name.length <= MOST_OF_A_NAME)
    all.push([`gguf-explain tensor ${model} ${shellWord(example.name, shell)}`, 'one matrix, with its numbers']);
  if (all.length < 2) all.push([`gguf-explain tensors ${model} --sort bytes`, 'all tensors, the largest first']);
  if (all.length < 2) all.push(metadata);
  return all.slice(0, 3);
}

/** What was not read to its end has no numbers to compute with. */
const WITHOUT_DATA = new Set(['data-absent', 'data-truncated']);

/** How a token travels: with a text if that can be computed in a moment, else as a graph. */
function flowSuggestion(report: ExplainReport, model: string, hasVocabulary: boolean): Suggestion | undefined {
  const { file, findings, totals, flow, model: facts } = report;
  if (flow.length === 0 || file.name === '-') return undefined;
  const isLocal = !/^https?:|^hf:/i.test(file.name);
  const hasData = !findings.some(({ code }) => WITHOUT_DATA.has(code));
  if (facts.tokenizer === null || !isLocal || !hasData || totals.bytes > SMALL)
    return [`gguf-explain flow ${model}`, 'how a token travels through it, box by box'];
  const words = hasVocabulary ? '"Hello world"' : '--tokens 1,2,3';
  const result = flow.at(-1);
  const gives = result?.size !== 1 ? 'the vectors that it gives for a text' : 'what the model predicts next';
  return [`gguf-explain flow ${model} ${words}`, `computes ${result?.fills ? 'what the model predicts' : gives}`];
}
