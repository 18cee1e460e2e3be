/**
 * Which command a command line means. start.ts chooses the piece of the program by it, and main.ts the command for commander, so the two
 * cannot differ. The rule: the first word is the command if it is the name of one; everything else is for `explain`. After `--` no word is
 * a command, so `-- check` explains a file named check.
 */

/** The command of a line that does not name one. */
export const DEFAULT_COMMAND = 'explain';

/** The words for commander: in a line that begins with `--` the command is written out. */
export function spelledOut(words: readonly string[]): readonly string[] {
  return words[0] === '--' ? [DEFAULT_COMMAND, ...words] : words;
}

/** The name of the command that a word is the name or an alias of. */
export type CommandNamed = (word: string) => string | undefined;

/** The name of the command that is meant. `--help`, `help` and `--version` belong to the whole program: any piece can answer them. */
export function commandOf(words: readonly string[], commandNamed: CommandNamed): string {
  const [first = DEFAULT_COMMAND] = spelledOut(words);
  return commandNamed(first) ?? DEFAULT_COMMAND;
}

/** Whether a command line may ask for help: the help of the program lists every command. */
export function mayAskForHelp(words: readonly string[]): boolean {
  return words.length === 0 || words.some((word) => ['-h', '--help', 'help'].includes(word));
}

/** A command line that consists of a command, one model, and optionally `--json`. */
export interface PlainLine {
  command: string;
  model: string;
  json: boolean;
}

/** Parses a plain line; undefined if only commander can say what the line means. */
export function plainLine(words: readonly string[], commandNamed: CommandNamed): PlainLine | undefined {
  const [first = ''] = words;
  const command = commandOf(words, commandNamed);
  const rest = commandNamed(first) === undefined ? words : words.slice(1);
  const [model, ...others] = rest.filter((word) => word !== '--json');
  if (!model || model.startsWith('-') || others.length > 0 || rest.length > 2 || mayAskForHelp(words)) return undefined;
  return { command, model, json: rest.length === 2 };
}
