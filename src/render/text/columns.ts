/** Text in aligned columns without lines: what the page is made of. Widths are display widths, styles are put on after padding. */

import stringWidth from 'string-width';
import type { Style } from '../theme.js';

export interface Cell {
  text: string;
  style?: Style | undefined;
}

export interface Column {
  align: 'left' | 'right';
  /** Gives way when the line is too long: it is cut down to this width at least. */
  shrinkTo?: number | undefined;
}

/** Latin letters, punctuation, arrows, box drawing and blocks: one column each, which saves asking the library. */
const NARROW = /^[\x20-\x7e\u00a1-\u02ff\u2010-\u2027\u2190-\u22ff\u2500-\u25ff]*$/;

/** Columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** Cuts a text to a display width, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += displayWidth(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Lines of at most `width`, two spaces between columns. Empty columns vanish. */
export function alignColumns(rows: readonly (readonly Cell[])[], columns: readonly Column[], width: number): string[] {
  const widths = columns.map((_, i) => Math.max(0, ...rows.map((row) => displayWidth(row[i]?.text ?? ''))));
  const shown = columns.map((_, i) => i).filter((i) => (widths[i] as number) > 0);
  let surplus = shown.reduce((sum, i) => sum + (widths[i] as number) + 2, -2) - width;
  // The widest column gives way first: it has most to spare.
  for (const i of [...shown].sort((a, b) => (widths[b] as number) - (widths[a] as number))) {
    const least = columns[i]?.shrinkTo;
    if (surplus <= 0 || least === undefined) continue;
    const taken = Math.max(0, Math.min(surplus, (widths[i] as number) - least));
    widths[i] = (widths[i] as number) - taken;
    surplus -= taken;
  }
  return rows.map((row) => {
    const cells = shown.map((i) => {
      const { text, style } = row[i] ?? { text: '' };
      const fitted = cut(text, widths[i] as number);
      const space = ' '.repeat(Math.max(0, (widths[i] as number) - displayWidth(fitted)));
      const styled = style && fitted !== '' ? style(fitted) : fitted;
      return columns[i]?.align === 'right' ? space + styled : styled + space;
    });
    return cells.join('  ').trimEnd();
  });
}

/** Breaks a text into lines of at most `width` at spaces; a word that is longer stands on a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** The same, but a word that is longer is broken: for text with names from a file, which may have any length. */
export function breakText(text: string, width: number): string[] {
  return wrap(text, width).flatMap((line) => (displayWidth(line) > width ? breakWord(line, width) : [line]));
}

function breakWord(word: string, width: number): string[] {
  const lines = [''];
  let used = 0;
  for (const character of word) {
    const columns = displayWidth(character);
    if (used + columns > width && used > 0) {
      lines.push('');
      used = 0;
    }
    lines[lines.length - 1] += character;
    used += columns;
  }
  return lines;
}
