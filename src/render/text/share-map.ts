/**
 * The shares of a head as a map: a row for each token that looks, a column for each that is looked at, darker where more. Few tokens get
 * their numbers too; of many the last ones are shown, a character each.
 */

import type { RenderOptions } from '../options.js';
import { cut, displayWidth, wrap } from './columns.js';

/** From nothing to all. */
const SHADES = [' ', '·', '░', '▒', '▓', '█'];

/** A share as a shade: half of all is already dark. */
function shadeOf(share: number | null): string {
  if (share === null) return '?';
  if (share < 0.005) return SHADES[0] as string;
  const step = share < 0.05 ? 1 : share < 0.2 ? 2 : share < 0.45 ? 3 : share < 0.75 ? 4 : 5;
  return SHADES[step] as string;
}

const LABEL_WIDTH = 14;
/** `█ 0.96` and the space before it. */
const NUMBER_WIDTH = 9;
const MOST_ROWS = 64;

/** `shares` are by query and key, `labels` are of the tokens. */
export function shareMap(
  labels: readonly string[],
  shares: readonly (readonly (number | null)[])[],
  { width, theme }: RenderOptions,
): string[] {
  const label = Math.min(LABEL_WIDTH, Math.max(...labels.map(displayWidth)));
  const room = width - 2 - label;
  if (labels.length * NUMBER_WIDTH <= room) {
    const head = `${' '.repeat(label)}${labels.map((one) => padStart(cut(one, NUMBER_WIDTH - 1), NUMBER_WIDTH)).join('')}`;
    const rows = shares.map((row, i) => {
      const cells = row.map((share) => theme.bar(` ${shadeOf(share)}`.padStart(4)) + numberOf(share).padStart(5));
      return padStart(cut(labels[i] as string, label), label) + cells.join('');
    });
    return [theme.muted(head.trimEnd()), ...rows];
  }
  const each = labels.length * 2 <= room - 2 ? 2 : 1;
  const shown = Math.min(labels.length, MOST_ROWS, Math.floor((room - 2) / each));
  const from = labels.length - shown;
  const rows = shares.slice(from).map((row, i) => {
    const cells = row.slice(from).map((share) => shadeOf(share).repeat(each));
    return `${padStart(cut(labels[from + i] as string, label), label)} ${theme.bar(cells.join(''))}`.trimEnd();
  });
  const left = from === 0 ? '' : `; the last ${shown} of ${labels.length}`;
  const note = `columns are the same tokens from left to right${left}`;
  return [...rows, ...wrap(note, width - 2).map(theme.muted)];
}

function numberOf(share: number | null): string {
  if (share === null) return 'none';
  return share >= 0.9995 ? '1.00' : share.toFixed(2).replace(/^0/, '');
}

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}
