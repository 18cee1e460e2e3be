/**
 * Text in aligned columns without rules: pages are made of these. Widths are display widths, and styles are added after padding. Text is
 * sanitized before it is measured: an escape that is added later would shift the columns.
 */

import { breakAtSpaces } from '../break-lines.js';
import { sanitize } from '../sanitize.js';
import type { Style } from '../theme.js';
import { displayWidth, NARROW } from './display-width.js';

export interface Cell {
  text: string;
  style?: Style | undefined;
}

export interface Column {
  align: 'left' | 'right';
  /** May be shortened to this width if the line is too long. */
  shrinkTo?: number | undefined;
  /** If that is not enough, whole columns are left out in the order of these numbers, smallest first. */
  goes?: number | undefined;
  /** Shortened in the middle, so that names with the same beginning stay different. */
  middle?: boolean | undefined;
}

let segmenter: Intl.Segmenter | undefined;

/**
 * Splits text into what people see as single characters: a letter with its marks, an emoji of several parts. Cutting never splits these.
 */
export function charactersOf(text: string): Iterable<string> {
  if (NARROW.test(text)) return text;
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** No page has room for more characters: the rest of a long name is ignored. */
const MOST_CUT_FROM = 2000;

/** Shortens a text to a display width, with an ellipsis at its end. */
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

/** Shortens a text to a display width, with an ellipsis in its middle. */
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

/** Lines of at most `width`, with two spaces between columns. Empty columns are left out. */
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

  /** Shortens columns as far as they allow; returns how much the line is still too long. */
  function narrow(): number {
    for (const i of shown) widths[i] = full[i] as number;
    let surplus = shown.reduce((sum, i) => sum + (widths[i] as number) + 2, -2) - width;
    // The widest column is shortened first.
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

/** Breaks a text into lines of at most `width` columns at spaces; a longer word gets its own line. */
export function wrap(text: string, width: number): string[] {
  return breakAtSpaces(text, width, displayWidth);
}

/** The same, but also breaks words that are too long: for text with names from a file. */
export function breakText(text: string, width: number): string[] {
  return wrap(text, width).flatMap((line) => fold(line, width));
}

/** Breaks a sanitized line at the width, in the middle of words too. */
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
