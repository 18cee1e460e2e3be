/**
 * Text for people, as lines. A renderer returns single lines, never a text with line breaks. So a line break inside a line can only come
 * from a file, and it is escaped when the line is written (`printableLine`), even if the renderer forgot it.
 */

import { printableLine } from './sanitize.js';

/** Single lines without line breaks. A string is not accepted: the line breaks of the program and those from a file would look the same. */
export type Lines = Iterable<string> & object;

/** A line with the margin of the page; a blank line stays blank. */
export function withMargin(line: string): string {
  return line === '' ? '' : ` ${line}`;
}

/** Joins sections with a blank line between them; empty sections are left out. */
export function joinSections(sections: readonly (readonly string[])[]): string[] {
  return sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

/** The lines as one text, safe to show anywhere. */
export function pageText(lines: Lines): string {
  let text = '';
  for (const line of lines) text += `${printableLine(line)}\n`;
  return text;
}
