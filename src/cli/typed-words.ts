/** The words of a command line, in the form that commander needs, and what an error report needs to know about them. */

import { COMMANDS } from './command-list.js';
import { commandOf, spelledOut } from './command-word.js';
import { type Command, named } from './define-command.js';
import { optionsOf } from './program.js';

/** Options that take two words. commander does not support this: it gets both as one word with a space between them. */
const TWO_WORDS = ['--header-for'];

/** The words of a command line with these pairs joined. A pair that is one word already stays as it is. */
export function joinTwoWordOptions(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === '--') return [...joined, ...argv.slice(i)];
    const [option = '', ...value] = word.split('=');
    if (!TWO_WORDS.includes(option)) {
      joined.push(word);
      continue;
    }
    const first = value.length > 0 ? value.join('=') : argv[++i];
    const second = first === undefined || /\s/.test(first) ? undefined : argv[++i];
    joined.push(option, ...(first === undefined ? [] : [second === undefined ? first : `${first} ${second}`]));
  }
  return joined;
}

/** The command that is meant. */
export function commandMeant(argv: readonly string[]): Command {
  return named(
    commandOf(argv, (word) => named(word, COMMANDS)?.name),
    COMMANDS,
  ) as Command;
}

/**
 * Whether a command line asks for JSON: then errors are JSON too, even an error in the command line itself. The definition of the command
 * says which words are values of other options. `--json` also counts for a command that does not have it.
 */
export function asksForJson(argv: readonly string[]): boolean {
  const options = optionsOf(commandMeant(argv));
  const words = joinTwoWordOptions(spelledOut(argv));
  for (let i = 0; i < words.length && words[i] !== '--'; i++) {
    const [name = '', ...behind] = (words[i] as string).split('=');
    const option = options.find(({ short, long }) => name === long || name === short);
    const value = behind.length > 0 || !option?.required ? behind.join('=') : words[++i];
    if (words[i] === '--json' && name === '--json') return true;
    if (option?.long === '--format' && value === 'json') return true;
  }
  return false;
}
