/**
 * Text in aligned columns without lines: what the page is made of. Widths are display widths, styles are put on after padding. Text is
 * sanitized before it is measured: what would be escaped on the way out is escaped here, so that columns stay columns.
 */

import { shortenMiddle } from '../../words/shorten.js';
import { sanitize } from '../sanitize.js';
import type { Style } from '../theme.js';
import { displayWidth, NARROW } from './display-width.js';

export interface Cell {
  text: string;
  style?: Style | undefined;
}

export interface Column {
  align: 'left' | 'right';
  /** Gives way when the line is too long: it is cut down to this width at least. */
  shrinkTo?: number | undefined;
  /** Where that is not enough, columns go in the order of these numbers, the smallest first. */
  goes?: number | undefined;
  /** Cut in the middle: names that begin alike stay different. */
  middle?: boolean | undefined;
}

let segmenter: Intl.Segmenter | undefined;

/** What people see as single characters: a letter with its marks, an emoji of several parts. None may be cut in two. */
export function charactersOf(text: string): Iterable<string> {
  if (NARROW.test(text)) return text;
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** No page has room for so many characters: what a name has beyond is not looked at. */
const MOST_CUT_FROM = 2000;

/** Cuts a text to a display width, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  const safe = sanitize(text.slice(0, MOST_CUT_FROM));
  if (displayWidth(safe) <= width && safe.length >= text.length) return safe;
  let kept = '';
  let used = 1;
  for (const character of charactersOf(safe)) {
    used += displayWidth(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Cuts a text to a display width with an ellipsis in its middle. */
export function cutMiddle(text: string, width: number): string {
  const safe = sanitize(text.slice(0, MOST_CUT_FROM));
  if (width < 5 || (displayWidth(safe) <= width && safe.length >= text.length)) return cut(text, width);
  const head = cut(safe, Math.floor(width / 2));
  let tail = '';
  let room = width - displayWidth(head);
  for (const character of [...charactersOf(sanitize(text.slice(-MOST_CUT_FROM)))].reverse()) {
    room -= displayWidth(character);
    if (room < 0) break;
    tail = character + tail;
  }
  return head + tail;
}

/** Lines of at most `width`, two spaces between columns. Empty columns vanish. */
export function alignColumns(rows: readonly (readonly Cell[])[], columns: readonly Column[], width: number): string[] {
  const texts = rows.map((row) => columns.map((_, i) => sanitize(row[i]?.text ?? '')));
  const widths = columns.map((_, i) => texts.reduce((most, row) => Math.max(most, displayWidth(row[i] as string)), 0));
  const full = [...widths];
  let shown = columns.map((_, i) => i).filter((i) => (widths[i] as number) > 0);
  for (let surplus = narrow(); surplus > 0; surplus = narrow()) {
    const leaving = [...shown].sort((a, b) => (columns[a]?.goes ?? Infinity) - (columns[b]?.goes ?? Infinity))[0];
    if (leaving === undefined || columns[leaving]?.goes === undefined) break;
    shown = shown.filter((i) => i !== leaving);
  }

  /** Narrows columns as far as they bear it; gives what the line is still too long by. */
  function narrow(): number {
    for (const i of shown) widths[i] = full[i] as number;
    let surplus = shown.reduce((sum, i) => sum + (widths[i] as number) + 2, -2) - width;
    // The widest column gives way first: it has most to spare.
    for (const i of [...shown].sort((a, b) => (widths[b] as number) - (widths[a] as number))) {
      const least = columns[i]?.shrinkTo;
      if (surplus <= 0 || least === undefined) continue;
      const taken = Math.max(0, Math.min(surplus, (widths[i] as number) - least));
      widths[i] = (widths[i] as number) - taken;
      surplus -= taken;
    }
    return surplus;
  }

  return rows.map((row, at) => {
    const cells = shown.map((i) => {
      const { style } = row[i] ?? {};
      const shorten = columns[i]?.middle ? cutMiddle : cut;
      const fitted = shorten(texts[at]?.[i] as string, widths[i] as number);
      const space = ' '.repeat(Math.max(0, (widths[i] as number) - displayWidth(fitted)));
      const styled = style && fitted !== '' ? style(fitted) : fitted;
      return columns[i]?.align === 'right' ? space + styled : styled + space;
    });
    return cells.join('  ').trimEnd();
  });
}

/** Characters of a text that is broken into lines: more than any sentence has, far less than a name can have. */
const MOST_OF_A_TEXT = 1000;

/**
 * Breaks a text into lines of at most `width` at spaces; a word that is longer stands on a line of its own. Names from a file may be of
 * any length: of a text that is much too long the middle is left out.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of sanitize(shortenMiddle(text, MOST_OF_A_TEXT)).split(' ')) {
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
  return wrap(text, width).flatMap((line) => fold(line, width));
}

/** Breaks a sanitized line at the width, whatever stands there. */
export function fold(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const lines = [''];
  let used = 0;
  for (const character of charactersOf(word)) {
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
