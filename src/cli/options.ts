/** Functions to write options in a definition, and the options that several commands share. */

import type { CommandOption } from './define-command.js';
import { readThreads, readTokenCounts } from './option-values.js';

type More = Pick<CommandOption, 'conflicts' | 'idle'>;

/** Further fields of an option that takes a value. */
type Offering = Pick<CommandOption, 'offers' | 'idle'>;

/** A switch: `--full` gives true; `--no-fold` gives false, and true if it is left out. */
export function flag<const Flags extends string>(flags: Flags, says: string, more: More = {}) {
  type Value = Flags extends `--no-${string}` ? boolean : true | undefined;
  return { flags, says, ...more, read: (typed: Value) => typed };
}

/** An option with a text, as typed. */
export function text<const Flags extends string>(flags: Flags, says: string, more: Offering = {}) {
  return { flags, says, ...more, read: (typed: string | undefined) => typed };
}

/** An option whose value `read` makes from the text; `read` throws UsageError for a bad value. */
export function value<const Flags extends string, Value>(
  flags: Flags,
  says: string,
  read: (text: string, name: string) => Value | Promise<Value>,
  more: Offering = {},
): CommandOption<Flags, Value | undefined> {
  return {
    flags,
    says,
    ...more,
    read: (typed: string | undefined, name) => (typed === undefined ? undefined : read(typed, name)),
  };
}

/** An option that may be given several times; `read` gets all texts. */
export function values<const Flags extends string, Value>(
  flags: Flags,
  says: string,
  read: (texts: readonly string[], name: string) => Value | Promise<Value>,
  more: Offering = {},
): CommandOption<Flags, Value | undefined> {
  return {
    ...{ flags, says, repeats: true, ...more },
    read: (typed: readonly string[] | undefined, name) => (typed === undefined ? undefined : read(typed, name)),
  };
}

/** One of several words; undefined if the option is left out. */
export function choice<const Flags extends string, const Word extends string>(
  flags: Flags,
  says: string,
  choices: readonly Word[],
  more: More = {},
) {
  return { flags, says, choices, ...more, read: (typed: Word | undefined) => typed };
}

/** One of several words; `otherwise` if the option is left out. */
export function choiceOr<const Flags extends string, const Word extends string>(
  flags: Flags,
  says: string,
  choices: readonly Word[],
  otherwise: NoInfer<Word>,
) {
  return { flags, says, choices, otherwise, read: (typed: Word) => typed };
}

const THREADS_SAYS = 'threads that read the numbers (default: one for each core, at most 8)';

export const THREADS = value('--threads <n>', THREADS_SAYS, readThreads);

/** `--threads` for a command that reads numbers only with another option. */
export function threadsWith(option: 'data' | 'stats') {
  const idle: CommandOption['idle'] = (typed) => (typed[option] === undefined ? `without --${option}` : undefined);
  return value('--threads <n>', THREADS_SAYS, readThreads, { idle });
}

/** Several context lengths; options for one length are defined separately. */
export function contextLengths(says: string) {
  return values('--context <tokens>', says, readTokenCounts);
}

/** Token ids instead of a text; the vocabulary decides whether they are valid. */
export const TOKENS = text('--tokens <ids>', 'token ids instead of a prompt: 1,616,649');

/** `--data` and `--no-data`. If neither is given, the value is undefined, and the numbers are read if there are few enough. */
export function dataOrNot(says: string, saysNot: string) {
  return [flag('--data', says), flag('--no-data', saysNot)] as const;
}

/** The file for the output, for every command that does not define its own `--output`. */
export const OUTPUT = text(
  '-o, --output <file>',
  'write to this file instead of standard output; it is written completely or not at all',
  { offers: 'files' },
);

/** The headers for servers, for every command that takes models. */
export const HEADER_OPTIONS = [
  values('--header <line>', 'HTTP header "Name: value" for the server that the command names', (lines) => [...lines]),
  values(
    '--header-for <host> <line>',
    'HTTP header "Name: value" for this host only: host, host:port or https://host; both may be repeated',
    (lines) => [...lines],
  ),
] as const;

/** Whether a page has colors, for every command that prints one. Both set the same value, and the last one counts. */
export const COLOR_OPTIONS = [
  flag('--color', 'use colors even if the output is not a terminal'),
  flag('--no-color', 'no colors'),
] as const;
