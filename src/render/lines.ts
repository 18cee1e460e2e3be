/**
 * Text for people as lines. A renderer hands over single lines, never a text with line breaks in it: what breaks a line then can only
 * have come from a file, and is escaped where the lines leave (`printableLine`), whether or not the renderer has thought of it.
 */

import { printableLine } from './sanitize.js';

/** Single lines without their ends. A string is none: it could not be told from one with the line breaks of a file. */
export type Lines = Iterable<string> & object;

/** A line from the edge of the page; a blank one stays blank. */
export function withMargin(line: string): string {
  return line === '' ? '' : ` ${line}`;
}

/** Sections with a blank line between them; those without lines are left out. */
export function joinSections(sections: readonly (readonly string[])[]): string[] {
  return sections.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

/** The lines as one text, as it may be shown anywhere. */
export function pageText(lines: Lines): string {
  let text = '';
  for (const line of lines) text += `${printableLine(line)}\n`;
  return text;
}
