/** Chooses the piece of the program for a command line: the piece of its command or, for a plain line, of its short way (plain.ts). */

import { commandOf, type PlainLine, plainLine } from './command-word.js';

/** Inserted by the build: command by name and alias, piece by command, and the commands that have a short way. */
declare const COMMANDS: Readonly<Record<string, string>>;
declare const PIECES: Readonly<Record<string, string>>;
declare const PLAIN: readonly string[];

/** The exports of a piece of the short way. */
interface PlainPiece {
  takeLine(line: PlainLine, inFull: () => void): void;
}

const commandNamed = (word: string) => (Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined);

/**
 * Runs the command line in its piece. `load` loads a piece by its name and returns its exports; `loadInFull` loads the piece of a command,
 * which then parses the command line itself.
 */
export function takeWords(
  words: readonly string[],
  load: (piece: string) => unknown,
  loadInFull: (piece: string) => void,
): void {
  const inFull = () => loadInFull(PIECES[commandOf(words, commandNamed)] as string);
  const line = plainLine(words, commandNamed);
  if (line === undefined || !PLAIN.includes(line.command)) inFull();
  else (load(`plain-${line.command}`) as PlainPiece).takeLine(line, inFull);
}
