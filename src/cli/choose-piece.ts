/** Which piece of the program takes a command line: a command's piece, or for a plain line that of its short way (plain.ts). */

import { commandOf, type PlainLine, plainLine } from './command-word.js';

/** Put in by the build: the command of each name and alias, the piece of each command, and the commands that have a short way. */
declare const COMMANDS: Readonly<Record<string, string>>;
declare const PIECES: Readonly<Record<string, string>>;
declare const PLAIN: readonly string[];

/** What a piece of the short way has. */
interface PlainPiece {
  takeLine(line: PlainLine, inFull: () => void): void;
}

const commandNamed = (word: string) => (Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined);

/**
 * Has a piece take the line. `load` loads a piece by its name and gives what it exports; `loadInFull` loads that of a command, which reads
 * the command line by itself.
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
