/**
 * Command lines for tests that go through every command in every format. They come from the definitions, so that commands, formats and
 * arguments that are added later are tested too.
 */

import { allLines, fillIn, type Places } from '../fuzz/command-lines.js';

export interface CommandLine {
  command: string;
  format: string;
  args: string[];
}

/** Each command in each of its formats, without further options: once with all of its arguments, and once with only the required ones. */
export function everyFormat(places: Places): CommandLine[] {
  return allLines()
    .filter(({ extra }) => extra === '')
    .map((line) => ({ command: line.command, format: line.format, args: fillIn(line, places) }));
}
