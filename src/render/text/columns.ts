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
  /** Cut in the middle, so that names that begin or end alike stay different. */
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

/** Cuts a text to a display width with an ellipsis in its middle, or after another share of the width. */
export function cutMiddle(text: string, width: number, share = 0.5): string {
  const safe = sanitize(text.slice(0, MOST_CUT_FROM));
  if (width < 5 || (displayWidth(safe) <= width && safe.length >= text.length)) return cut(text, width);
  const head = cut(safe, Math.max(2, Math.floor(width * share)));
  let tail = '';
  let room = width - displayWidth(head);
  for (const character of [...charactersOf(sanitize(text.slice(-MOST_CUT_FROM)))].reverse()) {
    room -= displayWidth(character);
    if (room < 0) break;
    tail = character + tail;
  }
  return head + tail;
}

/** Where a name may lose its middle instead, if another name would look the same. */
const OTHER_SHARES = [0.7, 0.3, 0.85, 0.15];

/**
 * Cuts each text in its middle, or after `share` of the width, so that different texts stay different where any place of the ellipsis
 * allows it.
 */
export function cutApart(texts: readonly string[], width: number, share = 0.5): string[] {
  const shortened = new Map<string, string>();
  const taken = new Set<string>();
  for (const text of texts) {
    if (shortened.has(text)) continue;
    let short = cutMiddle(text, width, share);
    if (taken.has(short)) {
      const other = OTHER_SHARES.map((one) => cutMiddle(text, width, one)).find((one) => !taken.has(one));
      short = other ?? short;
    }
    taken.add(short);
    shortened.set(text, short);
  }
  return texts.map((text) => shortened.get(text) as string);
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

  const fittedTo = (i: number): string[] => {
    const column = texts.map((row) => row[i] as string);
    const room = widths[i] as number;
    return columns[i]?.middle ? cutApart(column, room) : column.map((text) => cut(text, room));
  };
  const short = new Map(shown.map((i) => [i, fittedTo(i)]));

  return rows.map((row, at) => {
    const cells = shown.map((i) => {
      const { style } = row[i] ?? {};
      const fitted = short.get(i)?.[at] as string;
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
