/** One box of the flow picture: title, facts, rows of tensors. Widths of text are estimated, because nothing can measure text here. */

import type { FlowBox } from '../report/flow-schema.js';
import { breakAtSpaces } from './break-lines.js';
import { fewRows, rowName, rowShape, sumWords } from './flow-row-words.js';
import { sanitize } from './sanitize.js';
import { BOX_CLASSES } from './svg-style.js';

const MOST_ROWS = 10;
const PADDING = 14;
const LINE = 19;

/**
 * Boxes narrower than this are side by side: their sums go below the title, and names omit the layer, because the frame around them states
 * it.
 */
const NARROW = 420;

/** Pixels for a character, a little more than the average of common fonts. */
const WIDE = { facts: 6.9, row: 7.9 } as const;

interface BoxText {
  facts: string[];
  rows: [name: string, shape: string][];
  more: string;
}

/** Height of a box with this width. */
export function boxHeight(box: FlowBox, width: number): number {
  const { facts, rows, more } = boxText(box, width);
  return PADDING + LINE * (1 + facts.length + rows.length + (more === '' ? 0 : 1)) + 8;
}

export function drawBox(box: FlowBox, x: number, y: number, width: number, height: number): string {
  const { facts, rows, more } = boxText(box, width);
  const narrow = width < NARROW;
  const pieces = [
    `<rect class="box ${BOX_CLASSES[box.kind] ?? ''}" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`,
    text(x + PADDING, y + 22, sanitize(box.title), 'title'),
  ];
  if (!narrow) pieces.push(text(x + width - PADDING, y + 22, sumWords(box), 'facts end'));
  let at = y + 22;
  for (const line of facts) {
    at += LINE;
    pieces.push(text(x + PADDING, at, line, 'facts'));
  }
  for (const [name, shape] of rows) {
    at += LINE;
    pieces.push(text(x + PADDING, at, name, 'row'), text(x + width - PADDING, at, shape, 'row end'));
  }
  if (more !== '') pieces.push(text(x + PADDING, at + LINE, more, 'facts'));
  return pieces.join('\n');
}

function boxText(box: FlowBox, width: number): BoxText {
  const inner = width - 2 * PADDING;
  const says = [box.does, ...box.facts, ...(width < NARROW ? [sumWords(box)] : [])]
    .filter((words) => words !== '')
    .join('; ');
  const { rows, more } = fewRows(box, MOST_ROWS);
  const room = Math.floor(inner / WIDE.row);
  return {
    facts: breakAtSpaces(says, Math.floor(inner / WIDE.facts), ({ length }) => length),
    rows: rows.map((row) => {
      const shape = rowShape(row);
      const left = room - shape.length - 2;
      // If there is no room for both, the shape matters more in this picture.
      return left >= 8 ? [rowName(row, left, width < NARROW), shape] : ['', shape.slice(0, room)];
    }),
    more,
  };
}

/** A line of text; empty if there are no words. */
export function text(x: number, y: number, words: string, names: string): string {
  return words === '' ? '' : `<text class="${names}" x="${x}" y="${y}">${escapeXml(words)}</text>`;
}

/** Text for XML; sanitizing has already removed the characters that XML forbids. */
export function escapeXml(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
