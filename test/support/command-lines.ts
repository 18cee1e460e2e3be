/**
 * Command lines for tests that go through every command in every format. They come from the definitions, so that a command, a format or an
 * argument that is added later is gone through from then on.
 */

import { allLines, fillIn, type Places } from '../fuzz/command-lines.js';

export interface CommandLine {
  command: string;
  format: string;
  args: string[];
}

/** Each command in each of its formats and without further options: with all of its arguments, and with those that it must have. */
export function everyFormat(places: Places): CommandLine[] {
  return allLines()
    .filter(({ extra }) => extra === '')
    .map((line) => ({ command: line.command, format: line.format, args: fillIn(line, places) }));
}
