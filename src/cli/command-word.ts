/**
 * Which command a command line means. start.ts takes the piece of the program by it and main.ts the command that commander is given, so
 * that the two cannot differ. The rule: the first word is the command where it is the name of one; all else is for `explain`. After
 * `--` no word is a command, so `-- check` explains a file called check.
 */

/** The command of a line that names none. */
export const DEFAULT_COMMAND = 'explain';

/** The words as commander gets them: a line that begins with `--` has its command written out. */
export function spelledOut(words: readonly string[]): readonly string[] {
  return words[0] === '--' ? [DEFAULT_COMMAND, ...words] : words;
}

/** The name of the command that a word is the name or an alias of. */
export type CommandNamed = (word: string) => string | undefined;

/** The name of the command that is meant. `--help`, `help` and `--version` are of the program as a whole: any piece has them. */
export function commandOf(words: readonly string[], commandNamed: CommandNamed): string {
  const [first = DEFAULT_COMMAND] = spelledOut(words);
  return commandNamed(first) ?? DEFAULT_COMMAND;
}

/** Whether a command line may ask for help: that of the program lists every command. */
export function mayAskForHelp(words: readonly string[]): boolean {
  return words.length === 0 || words.some((word) => ['-h', '--help', 'help'].includes(word));
}

/** A command line of a command, one model, and maybe `--json`. */
export interface PlainLine {
  command: string;
  model: string;
  json: boolean;
}

/** A line as a plain one; undefined where only commander can tell what it means. */
export function plainLine(words: readonly string[], commandNamed: CommandNamed): PlainLine | undefined {
  const [first = ''] = words;
  const command = commandOf(words, commandNamed);
  const rest = commandNamed(first) === undefined ? words : words.slice(1);
  const [model, ...others] = rest.filter((word) => word !== '--json');
  if (!model || model.startsWith('-') || others.length > 0 || rest.length > 2 || mayAskForHelp(words)) return undefined;
  return { command, model, json: rest.length === 2 };
}
