/**
 * The flow as a Mermaid flowchart, which GitHub and others draw in Markdown. Labels are quoted and contain nothing that Mermaid or HTML
 * could read as anything but text; the chart stays within the size that GitHub draws.
 */

import type { FlowBox, FlowLayers, FlowPart, FlowReport, FlowStage } from '../report/flow-schema.js';
import { formatInteger } from '../words/format-quantity.js';
import { shorten } from '../words/shorten.js';
import { fewRows, layersTitle, rowName, rowShape, sumWords } from './flow-row-words.js';
import { sanitize } from './sanitize.js';
import { BOX_CLASSES } from './svg-style.js';

/** Most rows of a box, and most characters of a line: wide boxes make the whole chart small. */
const MOST_ROWS = 4;
const MOST_OF_A_LINE = 56;
const MOST_OF_A_NAME = 32;

/** Most kinds of layers: Mermaid refuses texts of more than 50,000 characters. */
const MOST_LAYER_STEPS = 10;

/** By the class of a box. Fills are translucent, so that text is readable on light and dark pages. */
const COLOURS: Readonly<Record<string, string>> = {
  attention: '#4a7fd4',
  network: '#3f9d5f',
  recurrent: '#b0662f',
  ends: '#8a5cc7',
};

export function renderMermaid(report: FlowReport): string {
  const lines = ['flowchart TB'];
  for (const part of report.parts) lines.push(...partLines(part));
  if (report.parts.length === 0) lines.push(node('nothing', ['no tensors, so there is nothing to draw'], 'box'));
  for (const [name, color] of Object.entries(COLOURS)) {
    lines.push(`  classDef ${name} fill:${color}33,stroke:${color}`);
  }
  lines.push(...classLines(report));
  return `${lines.join('\n')}\n`;
}

/** Where arrows enter and leave a piece of the chart. */
interface Ends {
  lines: string[];
  first: string;
  last: string;
}

function partLines(part: FlowPart): string[] {
  const id = `part_${idOf(part.part)}`;
  const lines = [`  subgraph ${id}[${quoted([part.title])}]`, '    direction TB'];
  const edges: string[] = [];
  let previous: string | undefined;
  let drawn = 0;
  let left = 0;
  for (const step of part.steps) {
    if (step.step === 'layers' && ++drawn > MOST_LAYER_STEPS) {
      left += step.repeat;
      continue;
    }
    const { lines: inner, first, last } = step.step === 'box' ? boxEnds(step.box) : layersEnds(step);
    lines.push(...inner.map((line) => `  ${line}`));
    if (previous !== undefined) edges.push(`    ${previous} --> ${first}`);
    previous = last;
  }
  if (left > 0) lines.push(`  ${node(`${id}_more`, [`and ${formatInteger(left)} more layers`], 'box')}`);
  return [...lines, ...edges, '  end'];
}

function boxEnds(box: FlowBox): Ends {
  const id = idOf(box.id);
  return { lines: [boxNode(box)], first: id, last: id };
}

function layersEnds(step: FlowLayers): Ends {
  const id = `layers_${idOf(step.id)}`;
  const lines = [
    `  subgraph ${id}[${quoted([layersTitle(step, MOST_OF_A_LINE - 16), step.says])}]`,
    '    direction TB',
  ];
  const start = `${id}_in`;
  lines.push(`  ${start}((" "))`);
  let previous = start;
  step.stages.forEach((stage, i) => {
    const { lines: inner, last } = stageEnds(stage, `${id}_${i}`, previous);
    lines.push(...inner);
    previous = last;
  });
  lines.push('  end');
  return { lines, first: start, last: previous };
}

function stageEnds(stage: FlowStage, id: string, from: string): Ends {
  const lines: string[] = [];
  const chain = (boxes: readonly FlowBox[], start: string): string => {
    let at = start;
    for (const box of boxes) {
      lines.push(boxNode(box), `  ${at} --> ${idOf(box.id)}`);
      at = idOf(box.id);
    }
    return at;
  };
  const fork = chain(stage.before, from);
  let ends = stage.lanes.map((lane) => chain(lane, fork));
  if (ends.length === 0) ends = [fork];
  const [joined, ...others] = stage.join;
  if (joined !== undefined) {
    lines.push(boxNode(joined), ...ends.map((end) => `  ${end} --> ${idOf(joined.id)}`));
    ends = [chain(others, idOf(joined.id))];
  }
  let last = ends[0] as string;
  if (stage.add || ends.length > 1) {
    last = `${id}_sum`;
    lines.push(`  ${last}(("+"))`, ...ends.map((end) => `  ${end} --> ${last}`));
    if (stage.add) lines.push(`  ${from} -. residual .-> ${last}`);
  }
  return { lines, first: from, last: chain(stage.after, last) };
}

function boxNode(box: FlowBox): string {
  const { rows, more } = fewRows(box, MOST_ROWS);
  const lines = [
    box.title,
    ...box.facts,
    ...rows.map((row) => `${rowName(row, MOST_OF_A_NAME)}: ${rowShape(row)}`),
    more,
    sumWords(box),
  ];
  return `  ${node(idOf(box.id), lines, box.kind === 'input' || box.kind === 'result' ? 'round' : 'box')}`;
}

function node(id: string, lines: readonly string[], form: 'box' | 'round'): string {
  return form === 'round' ? `${id}([${quoted(lines)}])` : `${id}[${quoted(lines)}]`;
}

function classLines({ parts }: FlowReport): string[] {
  const members = new Map<string, string[]>();
  const add = ({ id, kind }: FlowBox) => {
    const name = BOX_CLASSES[kind];
    if (name !== undefined && Object.hasOwn(COLOURS, name)) members.set(name, [...(members.get(name) ?? []), idOf(id)]);
  };
  for (const { steps } of parts) {
    let drawn = 0;
    for (const step of steps) {
      if (step.step === 'box') add(step.box);
      else if (++drawn <= MOST_LAYER_STEPS) {
        for (const { before, lanes, join, after } of step.stages)
          [...before, ...lanes.flat(), ...join, ...after].forEach(add);
      }
    }
  }
  return [...members].map(([name, ids]) => `  class ${ids.join(',')} ${name}`);
}

/** Ids come from the report; a prefix keeps them from being keywords of Mermaid, such as "end". */
function idOf(id: string): string {
  return `n_${id.replace(/\W/g, '_')}`;
}

/** Lines of text as a quoted label. Every character that is not plain is written as its number. */
function quoted(lines: readonly string[]): string {
  const texts = lines.filter((line) => line !== '').map((line) => escapeText(shorten(sanitize(line), MOST_OF_A_LINE)));
  return `"${texts.join('<br/>')}"`;
}

function escapeText(text: string): string {
  // × → · – … ’ are given by their numbers, because the bundle would escape them everywhere except in an expression.
  return text.replace(
    /[^\p{L}\p{M}\p{N} .,:_/\u{d7}\u{2192}\u{b7}\u{2013}\u{2026}()+=%\u{2019}-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
