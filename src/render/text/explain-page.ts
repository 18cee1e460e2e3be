/** The page for a person: one section after the other, each with a blank line before it. */

import type { ExplainReport, FlowStep } from '../../report/explain-schema.js';
import { formatBits, formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { joinSections, pageText, withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, type Cell, type Column, displayWidth, wrap } from './columns.js';
import { computedSection, toRunSection } from './computed-section.js';
import { findingsSection } from './findings-section.js';
import { shellWord } from './shell-word.js';
import { storedSection } from './stored-section.js';
import { titleSection } from './title-section.js';

/** `values` is the section on the numbers, where they were read. */
export function explainPageLines(report: ExplainReport, options: RenderOptions, values: string[] = []): string[] {
  const sections = [
    titleSection(report, options),
    storedSection(report, options),
    values,
    flowSection(report, options),
    computedSection(report, options),
    toRunSection(report, options),
    formatsSection(report, options),
    findingsSection(report.findings, options, report.notChecked),
    nextSection(report, options),
  ];
  return joinSections(sections).map(withMargin);
}

/** The same as one text. The styles of a theme of `makeTheme` are in it; other escape sequences are escaped. */
export function renderExplainPage(report: ExplainReport, options: RenderOptions, values: string[] = []): string {
  return pageText(explainPageLines(report, options, values));
}

// The way of a token as a chain of steps, each with its name above and what leaves it below.

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
    'A layer adds what it computes to the vector that passes through. How much one token matters to another is ' +
    'computed from the text, for every text anew: no weight holds it.';
  return [theme.heading('THE WAY OF A TOKEN'), ...lines, ...wrap(note, width - 2).map(theme.muted)];
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

// The guide's quantization table for this model.

/** Columns that the table takes with units written out. */
const WIDTH_FOR_UNITS = 98;

function sizeWords(bytes: number, width: number): string {
  return width >= WIDTH_FOR_UNITS ? formatBytes(bytes) : formatBytes(bytes).replace('iB', '');
}

function formatsSection(report: ExplainReport, { width, theme }: RenderOptions): string[] {
  const { formats, totals, model } = report;
  if (formats.length === 0 || totals.bitsPerWeight === null) return [];
  const here = formats.findIndex(({ type }) => type === model.mainType?.type);
  const mark = (text: string, i: number): Cell => (i === here ? { text: `▸${text}`, style: theme.number } : { text });
  const rows: Cell[][] = [
    [{ text: '' }, ...formats.map(({ type }, i) => mark(type, i))],
    [{ text: 'size' }, ...formats.map(({ bytes }, i) => mark(sizeWords(bytes, width), i))],
    [{ text: 'bits' }, ...formats.map(({ bitsPerWeight }, i) => mark(formatBits(bitsPerWeight), i))],
  ];
  const columns = rows[0]?.map((_, i): Column => ({ align: i === 0 ? 'left' : 'right' })) ?? [];
  const kept = Math.max(...formats.map(({ keptInF16 }) => keptInF16));
  const label = model.label === null ? '' : `${sanitize(model.label.name)}, `;
  const notes = [
    `This file: ${label}${formatBytes(totals.bytes)} of weights at ${formatBits(totals.bitsPerWeight)} bits. ` +
      'The table takes every matrix in the one type; quantizers mix types, and name the mix.',
    ...(kept === 0
      ? []
      : [
          `Rows of ${formatCount(kept, 'matrix').replace('matrixs', 'matrices')} are no whole blocks of 256: counted in F16, where a quantizer takes a smaller fallback type.`,
        ]),
  ];
  return [
    `${theme.heading('IN OTHER FORMATS')}  ${theme.muted('precision traded for size; bits for each weight')}`,
    ...alignColumns(rows, columns, width - 2),
    ...notes.flatMap((note) => wrap(note, width - 2)).map(theme.muted),
  ];
}

// What to try next: commands that can be pasted.

/** Of a tensor's name, in UTF-16 units. */
const MOST_OF_A_NAME = 200;

function nextSection({ file, tensors, companions = [] }: ExplainReport, { theme }: RenderOptions): string[] {
  const model = shellWord(file.name);
  const example =
    tensors.find(({ role }) => role === 'attention-query') ?? tensors.find(({ shape }) => shape.in) ?? tensors[0];
  // A name that is far too long for a line is not to be pasted, and one that is cut names no tensor.
  const named = example !== undefined && example.name.length <= MOST_OF_A_NAME;
  const commands = [
    ...(named ? [`gguf-explain tensor ${model} ${shellWord(example.name)}`] : []),
    ...(example === undefined ? [] : [`gguf-explain tensors ${model} --sort bytes`]),
    ...(example === undefined ? [] : [`gguf-explain flow ${model}`]),
    ...(example === undefined ? [] : [`gguf-explain memory ${model}`]),
    `gguf-explain check ${model}`,
    `gguf-explain metadata ${model}`,
    ...companions.map(({ name }) => `gguf-explain ${shellWord(name)}`),
  ];
  return [theme.heading('NEXT'), ...commands.map(theme.command)];
}
