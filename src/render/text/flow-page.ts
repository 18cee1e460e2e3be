/**
 * The diagram of `flow` for a terminal. The line at the left edge is the vector that travels. Boxes are placed one below the other on it;
 * an arrow leads to what a layer computes, and a plus marks where the result is added.
 */

import type { FlowBox, FlowLayers, FlowPart, FlowReport, FlowStage } from '../../report/flow-schema.js';
import { formatBytes, formatInteger, formatParameters } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { fewRows, layersTitle } from '../flow-row-words.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, breakText, type Cell, type Column, cut, wrap } from './columns.js';
import { nextSection, type Suggestion } from './next-section.js';
import { shapeWords } from './shape-words.js';
import { shellWord } from './shell-word.js';

/** Most rows of tensors in a box; if there are more, biases and scales are only counted. */
const MOST_ROWS = 10;

/** Most UTF-16 units of a tensor's name. */
const MOST_OF_A_NAME = 120;

const COLUMNS: readonly Column[] = [
  { align: 'left', shrinkTo: 16, middle: true },
  { align: 'left', shrinkTo: 12 },
  { align: 'left', shrinkTo: 5 },
  { align: 'right' },
];

/** A finished line, or the row of a tensor, which can only be laid out when the widths of all rows are known. */
type Line = { text: string } | { gutter: string; row: Cell[] };

export function renderFlow(report: FlowReport, options: RenderOptions): string[] {
  const { width } = options;
  const model = shellWord(report.file.name, options.shell);
  if (report.parts.length === 0) return ['no tensors, so there is nothing to draw'];
  const { runtime } = report.model;
  const first = runtime?.llamaCpp === 'refuses' ? wrap(`This is ${runtime.says}.`, width - 2) : [];
  const lines: Line[] = first.map((text) => ({ text }));
  if (lines.length > 0) lines.push({ text: '' });
  lines.push(
    ...report.parts.flatMap((part, i): Line[] => [...(i === 0 ? [] : [{ text: '' }]), ...partLines(part, options)]),
  );
  const told = notes(report, options);
  const suggestions: Suggestion[] = report.traced
    ? [[`gguf-explain flow ${model} ${examplePrompt(report)}`, 'the same path with the numbers of a text']]
    : [];
  suggestions.push([`gguf-explain flow ${model} --format svg > flow.svg`, 'this graph as a picture']);
  for (const text of [...(told.length === 0 ? [] : ['', ...told]), '', ...nextSection(suggestions, options)])
    lines.push({ text });
  const gutters = lines.flatMap((line) => ('row' in line ? [line.gutter.length] : []));
  const rows = lines.flatMap((line) => ('row' in line ? [line.row] : []));
  const aligned = alignColumns(rows, COLUMNS, width - 2 - Math.max(0, ...gutters));
  const texts = lines.map((line) => ('row' in line ? line.gutter + (aligned.shift() as string) : line.text));
  return texts.map((text) => withMargin(text).trimEnd());
}

/** Without a vocabulary a text cannot be tokenized. */
function examplePrompt({ model: { tokenizer } }: FlowReport): string {
  return tokenizer === null || tokenizer.tokens === null || tokenizer.model === 'no_vocab'
    ? '--tokens 1,2,3'
    : '"Hello world"';
}

function partLines(part: FlowPart, options: RenderOptions): Line[] {
  const { theme, width } = options;
  const sums = `${formatParameters(part.parameters)} parameters · ${formatBytes(part.bytes)}`;
  const lines: Line[] = [
    { text: `${theme.heading(part.title.toUpperCase())}  ${sums}` },
    ...(part.width === null
      ? []
      : [muted(`The line is the vector that travels: ${formatInteger(part.width)} numbers for each token`, options)]),
  ];
  part.steps.forEach((step, i) => {
    const gutter = i === 0 ? '' : '│';
    if (i > 0) lines.push({ text: '│' });
    if (step.step === 'layers') lines.push(...layersLines(step, options));
    else
      lines.push(
        ...boxLines(step.box, '', step.box.tensors.length > 0 || i === 0 ? '│   ' : gutter.padEnd(4), options, '● '),
      );
  });
  if (part.alternating) {
    const text = 'Layers of these kinds alternate, in the order of their numbers; each kind is shown once.';
    lines.push(...wrap(text, width - 2).map((line) => ({ text: theme.muted(line) })));
  }
  return lines;
}

const muted = (text: string, { theme, width }: RenderOptions): Line => ({ text: theme.muted(cut(text, width - 2)) });

function layersLines(step: FlowLayers, options: RenderOptions): Line[] {
  const { theme, width } = options;
  const sums = `${formatParameters(step.parameters)} parameters · ${formatBytes(step.bytes)}`;
  const head = cut(`╔═ ${layersTitle(step, MOST_OF_A_NAME)}`, width - 4 - sums.length);
  const lines: Line[] = [{ text: `${theme.title(head)}  ${sums}` }];
  if (step.says !== '') lines.push(...breakText(step.says, width - 6).map((text) => ({ text: `║  ${text}` })));
  for (const stage of step.stages) lines.push(...stageLines(stage, options));
  lines.push({ text: '╚═' });
  return lines;
}

function stageLines({ before, lanes, join, add, after }: FlowStage, options: RenderOptions): Line[] {
  const { theme } = options;
  const lines: Line[] = [{ text: '║' }];
  // Without an addition the boxes are placed on the line itself.
  const [on, beside] = add ? ['║─▶ ', '║ │ '] : ['║ ● ', '║   '];
  const boxes = [...before, ...lanes.flat(), ...join];
  boxes.forEach((box, i) => {
    const lane = lanes.findIndex((one) => one[0] === box);
    const side = lanes.length > 1 && lane > 0 ? '║ ├ ' : '║ │ ';
    const start = i === 0 ? on : add ? side : on;
    if (i > 0) lines.push({ text: add ? '║ │' : '║' });
    const words = lanes.length > 1 && lane > 0 ? 'in parallel: ' : '';
    lines.push(...boxLines(box, start, `${beside}  `, options, '', words));
  });
  if (add) lines.push({ text: `║◀┘ ${theme.computed('+')} ${theme.muted('added to the vector')}` });
  for (const box of after) lines.push(...boxLines(box, '║ ● ', '║     ', options, ''));
  return lines;
}

/** A box: its title after `start`; what it does and its tensors after `gutter`. */
function boxLines(
  box: FlowBox,
  start: string,
  gutter: string,
  options: RenderOptions,
  dot: string,
  words = '',
): Line[] {
  const { theme, width } = options;
  const sums = box.parameters === 0 ? '' : `  ${formatInteger(box.parameters)} parameters · ${formatBytes(box.bytes)}`;
  const title = cut(`${words}${box.title}`, Math.max(12, width - 2 - start.length - dot.length - sums.length));
  const lines: Line[] = [{ text: `${start}${dot}${theme.title(title)}${sums}` }];
  // A norm is only explained as the first box of a stage with an addition, so once for each such stage.
  const does = box.kind === 'norm' && start !== '║─▶ ' ? '' : box.does;
  const says = [does, ...box.facts].filter((text) => text !== '').join('; ');
  for (const line of wrap(says, width - 2 - gutter.length)) lines.push({ text: gutter + theme.muted(line) });
  const { rows, more } = fewRows(box, MOST_ROWS);
  for (const row of rows) lines.push({ gutter, row: cellsOf(row, options) });
  if (more !== '') lines.push({ text: `${gutter}${theme.muted(more)}` });
  return lines;
}

function cellsOf(row: FlowBox['tensors'][number], { theme, width }: RenderOptions): Cell[] {
  const detail = width >= 120 ? 'short' : 'brief';
  return [
    { text: sanitize(shorten(row.name, MOST_OF_A_NAME)) },
    { text: shapeWords(row.shape, '', detail), style: theme.muted },
    { text: row.types.map(({ type }) => type).join('+'), style: theme.type },
    { text: formatParameters(row.parameters), style: theme.number },
  ];
}

/** The guide's sentence about what no box holds. */
function notes({ parts }: FlowReport, { theme, width }: RenderOptions): string[] {
  const attends = parts.some(({ steps }) =>
    steps.some((step) => step.step === 'layers' && step.stages.some(({ lanes }) => lanes.flat().some(isAttention))),
  );
  if (!attends) return [];
  const text =
    'Every tensor of the file is in exactly one box. How much one token attends to another is not stored in any of them: it is computed afresh for every text.';
  return wrap(text, width - 2).map(theme.muted);
}

const isAttention = ({ kind }: FlowBox): boolean => kind === 'attention' || kind === 'cross-attention';
