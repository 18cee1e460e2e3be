/**
 * A command is one definition: its name, what it takes and what it prints. The program, its help, the README, the pieces of the build, the
 * data for shell completion and the cases of the tests are derived from the list of definitions (command-list.ts), which also says where
 * the work of each command is. A definition is loaded at every start, so it is small: tables that are only needed to read a value are
 * imported when there is a value.
 */

import type { ReportName } from '../report/report-names.js';
import type { FormatName } from './formats.js';
import type { HeaderOptions } from './server-headers.js';

/** The groups of commands, in the order in which they are shown. */
export const GROUPS = ['understand', 'look', 'fit', 'verify', 'many', 'programs', 'schema'] as const;
export type Group = (typeof GROUPS)[number];

/** Words that completion offers as alternatives; with `commas` the user may type several, separated by commas. */
export interface OfferedWords {
  words: readonly string[];
  commas?: true;
}

/**
 * What completion offers for a word without a list of choices: names of files, tensors or keys of the model on the line, or words, which
 * are only looked up when they are needed.
 */
export type Offers = 'files' | 'folders' | 'tensors' | 'keys' | (() => OfferedWords | Promise<OfferedWords>);

/** A word of the command line that is not an option. */
export interface Argument<Syntax extends string = string> {
  /** In commander's notation: `<model>` is required, `[key]` is optional, and `...` takes all words that follow. */
  syntax: Syntax;
  says: string;
  /** Whether it can name a model: then the command also takes the headers for servers. */
  model?: true;
  /** What completion offers if the argument is not a model. */
  offers?: Offers;
}

/** An option. `Value` is what the command gets. */
export interface CommandOption<Flags extends string = string, Value = unknown> {
  /** In commander's notation: `--json`, `--no-fold`, `--type <types>`, `-0, --null`. */
  flags: Flags;
  says: string;
  /** Names of options that cannot be given at the same time. */
  conflicts?: readonly string[];
  /** All possible values; commander refuses others. */
  choices?: readonly string[];
  /** The choice when the option is left out. */
  otherwise?: string;
  /** Whether it may be given several times. */
  repeats?: true;
  /** What completion offers for its value, if there are no choices. */
  offers?: Offers;
  /**
   * Why it does nothing together with these other options and words, as the end of a sentence: "without --data". Undefined if it has an
   * effect.
   */
  idle?(typed: Readonly<Record<string, unknown>>, words: readonly unknown[]): string | undefined;
  /**
   * Turns what was typed into the value. The input is a text, all texts of an option that repeats, or true or false for a switch. `name` is
   * the option as typed, for errors. Throws UsageError.
   */
  read(typed: never, name: string): Value | Promise<Value>;
}

/** The formats of a command. The first one is the default. */
export interface Formats<Name extends FormatName = FormatName> {
  names: readonly Name[];
  /** The words of `--format` in the help. Without them each format except the first has its own option, such as `--csv`. */
  says?: string;
}

export interface CommandDefinition {
  name: string;
  /** Other names for it, which people know from other programs. */
  aliases?: readonly string[];
  /** What it is for, in a few words: its line in the list of commands. */
  summary: string;
  /** A sentence or two that only its own help adds. */
  details?: string;
  group: Group;
  /** The kinds of JSON that it prints, each with its schema in report/report-schemas.ts; empty if its JSON is not a report. */
  reports: readonly ReportName[];
  /** The bundle that it is built into, if not the common one. Commands that share code share a bundle. */
  piece?: string;
  /** Whether its work goes through all commands: then its piece also contains what their definitions load late. */
  aboutAll?: true;
  /** Whether it talks to another program on standard input and output: it prints no page, so it has no colors and no `--output`. */
  server?: true;
  /** Whether a plain line of it has a short way (plain.ts). */
  plain?: true;
  arguments: readonly Argument[];
  options: readonly CommandOption[];
  formats: Formats;
  /** The option that names a file of a former run: if `--output` names the same file, the output is added to it. */
  goesOn?: string;
}

/** A command by its name or one of its aliases. */
export function named<Definition extends CommandDefinition>(
  word: string,
  commands: readonly Definition[],
): Definition | undefined {
  return commands.find(({ name, aliases = [] }) => name === word || aliases.includes(word));
}

/** Defines a command. The types of what its work gets (`OptionsOf`) follow from the texts in the definition. */
export function defineCommand<const Definition extends CommandDefinition>(definition: Definition): Definition {
  return definition;
}

/** A command as the program sees it, without the types of its arguments and options. */
export interface Command extends CommandDefinition {
  piece: string;
  /** Loads the work of the command, a function of the arguments and the options. */
  load(): Work | Promise<Work>;
}

/** The piece for commands that do not name one. */
const COMMON_PIECE = 'commands';

/** Combines a definition with its work. The types check that the work takes what the command line gives. */
export function withWork<Definition extends CommandDefinition>(
  definition: Definition,
  load: () => WorkOf<Definition> | Promise<WorkOf<Definition>>,
): Command {
  // The types of the arguments end here; at run time the program passes what the definition says.
  return { piece: COMMON_PIECE, ...definition, load: load as unknown as Command['load'] };
}

/** Whether a word of its command line can name a model. */
export function takesModels(command: CommandDefinition): boolean {
  return command.arguments.some(({ model }) => model);
}

interface Work {
  run(...words: never[]): void | Promise<void>;
}

interface WorkOf<Definition extends CommandDefinition> {
  run(...words: [...ArgumentsOf<Definition['arguments']>, OptionsOf<Definition>]): void | Promise<void>;
}

/** The arguments that the work of a command gets. */
type ArgumentsOf<Arguments extends readonly Argument[]> = {
  -readonly [At in keyof Arguments]: ArgumentValue<Arguments[At]['syntax']>;
};

type ArgumentValue<Of extends string> = Of extends `${string}...${string}`
  ? string[]
  : Of extends `<${string}`
    ? string
    : string | undefined;

/** The options that the work of a command gets: their values, and the chosen format. */
export type OptionsOf<Definition extends CommandDefinition> = {
  [Each in Definition['options'][number] as OptionName<Each['flags']>]: ValueOf<Each>;
} & { format: Definition['formats']['names'][number] } & HeaderOptions & { output?: unknown };

type ValueOf<Option extends CommandOption> = Option extends {
  read(typed: never, name: string): infer Value;
}
  ? Awaited<Value>
  : never;

/** `--kv-type-v <type>` → `kvTypeV`, `--no-fold` → `fold`, the names that commander uses. */
type OptionName<Flags extends string> =
  LongName<Flags> extends `no-${infer Name}` ? Camel<Name> : Camel<LongName<Flags>>;

type LongName<Flags extends string> = Flags extends `${string}--${infer Rest}`
  ? Rest extends `${infer Name} ${string}`
    ? Name
    : Rest
  : never;

type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;
