/**
 * The attention weights of a head as a map: a row for each token that attends, a column for each that is attended to, darker for more. With
 * few tokens there is room for the numbers too; of many tokens the last ones are shown, one character each.
 */

import type { HeadFigure } from '../../report/attention-schema.js';
import type { RenderOptions } from '../options.js';
import { cut, wrap } from './columns.js';
import { displayWidth } from './display-width.js';
import { NOT_A_NUMBER } from './prompt-words.js';

/** From nothing to all. */
const SHADES = [' ', '·', '░', '▒', '▓', '█'];

/** A share as a shade: half of all attention is already dark. */
export function shadeOf(share: number | null): string {
  if (share === null) return '?';
  if (share < 0.005) return SHADES[0] as string;
  const step = share < 0.05 ? 1 : share < 0.2 ? 2 : share < 0.45 ? 3 : share < 0.75 ? 4 : 5;
  return SHADES[step] as string;
}

const LABEL_WIDTH = 14;
/** `█ 0.96` and the space before it. */
const NUMBER_WIDTH = 9;
const MOST_ROWS = 64;

const labelWidth = (labels: readonly string[]) => Math.min(LABEL_WIDTH, Math.max(...labels.map(displayWidth)));

/** Whether a map has room for the shares as numbers on a page of this width. */
export function hasRoomForNumbers(labels: readonly string[], width: number, behind: readonly string[] = []): boolean {
  return (labels.length + behind.length) * NUMBER_WIDTH <= width - 2 - labelWidth(labels);
}

/**
 * `shares` are by query and key. `labels` are those of the tokens, `behind` those of further columns after the tokens. `numbers`: show the
 * shares next to the shades.
 */
export function shareMap(
  labels: readonly string[],
  shares: readonly (readonly (number | null)[])[],
  { width, theme }: RenderOptions,
  behind: readonly string[] = [],
  numbers = hasRoomForNumbers(labels, width, behind),
): string[] {
  const label = labelWidth(labels);
  const room = width - 2 - label;
  const columns = [...labels, ...behind];
  if (numbers) {
    const head = `${' '.repeat(label)}${columns.map((one) => padStart(cut(one, NUMBER_WIDTH - 1), NUMBER_WIDTH)).join('')}`;
    const rows = shares.map((row, i) => {
      const cells = row.map((share) => theme.computed(` ${shadeOf(share)}`.padStart(4)) + numberOf(share).padStart(5));
      return padStart(cut(labels[i] as string, label), label) + cells.join('');
    });
    return [theme.muted(head.trimEnd()), ...rows];
  }
  const each = labels.length * 2 <= room - 2 ? 2 : 1;
  const shown = Math.min(labels.length, MOST_ROWS, Math.floor((room - 2) / each));
  const from = labels.length - shown;
  const fits = (shown + behind.length) * each <= room - 3;
  const rows = shares.slice(from).map((row, i) => {
    const cells = (part: typeof row) => part.map((share) => shadeOf(share).repeat(each)).join('');
    const entries = fits ? cells(row.slice(labels.length)) : '';
    const own = cells(row.slice(from, labels.length)).padEnd(entries === '' ? 0 : shown * each + 1);
    return `${padStart(cut(labels[from + i] as string, label), label)} ${theme.computed(own + entries)}`.trimEnd();
  });
  const left = from === 0 ? '' : `; the last ${shown} of ${labels.length}`;
  const beyond = behind.length === 0 || fits ? '' : '; --json has the shares of the entries';
  const note = `columns are the same tokens from left to right${left}${beyond}`;
  return [...rows, ...wrap(note, width - 2).map(theme.muted)];
}

/** Labels for the columns after the tokens: the first and the last token of each entry. */
export function entryLabels({ entries }: HeadFigure, labels: readonly string[]): string[] {
  if (entries === undefined) return [];
  const { count, tokens } = entries;
  return Array.from({ length: count }, (_, i) => `${labels[i * tokens]}…${labels[(i + 1) * tokens - 1]}`);
}

function numberOf(share: number | null): string {
  if (share === null) return NOT_A_NUMBER;
  return share >= 0.9995 ? '1.00' : share.toFixed(2).replace(/^0/, '');
}

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}
