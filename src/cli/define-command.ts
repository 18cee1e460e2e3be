/**
 * A command is one definition: what it is called, what it takes and what it prints. The program, its help, the README, the pieces of the
 * build, the data for shell completion and what the tests go through are derived from the list of definitions (command-list.ts), which
 * also says where the work of each is. A definition is loaded at every start, so it is light: the tables that only reading a value needs
 * are imported when there is a value.
 */

import type { ReportName } from '../report/report-names.js';
import type { FormatName } from './formats.js';
import type { HeaderOptions } from './server-headers.js';

/** The groups of commands, in the order in which they are shown. */
export const GROUPS = ['understand', 'look', 'fit', 'verify', 'many', 'programs', 'schema'] as const;
export type Group = (typeof GROUPS)[number];

/** Words that completion offers instead of one; `commas`: several of them may stand there, with commas between. */
export interface OfferedWords {
  words: readonly string[];
  commas?: true;
}

/**
 * What completion offers where a word has no list of choices: names of files, what stands in the model on the line, or words, which are
 * looked up only then.
 */
export type Offers = 'files' | 'folders' | 'tensors' | 'keys' | (() => OfferedWords | Promise<OfferedWords>);

/** A word of the command line that is not an option. */
export interface Argument<Syntax extends string = string> {
  /** As commander has it: `<model>` must be there, `[key]` may be, and `...` takes all that follow. */
  syntax: Syntax;
  says: string;
  /** Whether it can name a model: such a command also takes the headers for servers. */
  model?: true;
  /** What completion offers, where it is not a model. */
  offers?: Offers;
}

/** An option. `Value` is what the command gets. */
export interface CommandOption<Flags extends string = string, Value = unknown> {
  /** As commander has it: `--json`, `--no-fold`, `--type <types>`, `-0, --null`. */
  flags: Flags;
  says: string;
  /** Names of options that cannot be given at the same time. */
  conflicts?: readonly string[];
  /** All values that there are; commander refuses others. */
  choices?: readonly string[];
  /** The choice where none is made. */
  otherwise?: string;
  /** Whether it may be given several times. */
  repeats?: true;
  /** What completion offers for its value, where there are no choices. */
  offers?: Offers;
  /** Why it does nothing beside these other options and words, as the end of a sentence: "without --data". Undefined: it does something. */
  idle?(typed: Readonly<Record<string, unknown>>, words: readonly unknown[]): string | undefined;
  /**
   * Turns what was typed into the value: a text, all texts of an option that repeats, or true or false of a switch. `name` is the option as it
   * is typed, for the words of an error. Throws UsageError.
   */
  read(typed: never, name: string): Value | Promise<Value>;
}

/** The formats of a command. The first one is printed where none is asked for. */
export interface Formats<Name extends FormatName = FormatName> {
  names: readonly Name[];
  /** The words of `--format` in the help; without them each format but the first has its own option, such as `--csv`. */
  says?: string;
}

export interface CommandDefinition {
  name: string;
  /** Other words for it, which people know from other programs. */
  aliases?: readonly string[];
  /** What it is for, in a few words: its line in the list of commands. */
  summary: string;
  /** What its own help says beyond that, a sentence or two. */
  details?: string;
  group: Group;
  /** The kinds of JSON that it prints, each with its schema in report/report-schemas.ts; empty where JSON is not a report. */
  reports: readonly ReportName[];
  /** The bundle that it is built into, where it is not the common one: commands that share what they need share a bundle. */
  piece?: string;
  /** Whether its work goes through all commands: what their definitions load late is in its piece too. */
  aboutAll?: true;
  /** Whether it speaks with a program on standard input and output: it prints no page, so it has no colors and no `--output`. */
  server?: true;
  /** Whether a plain line of it has a short way (plain.ts). */
  plain?: true;
  arguments: readonly Argument[];
  options: readonly CommandOption[];
  formats: Formats;
  /** The option that names a file of a former run: where `--output` names the same file, it is gone on with. */
  goesOn?: string;
}

/** A command by its name or one of its aliases. */
export function named<Definition extends CommandDefinition>(
  word: string,
  commands: readonly Definition[],
): Definition | undefined {
  return commands.find(({ name, aliases = [] }) => name === word || aliases.includes(word));
}

/** Defines a command; what its work gets (`OptionsOf`) follows from the texts in it. */
export function defineCommand<const Definition extends CommandDefinition>(definition: Definition): Definition {
  return definition;
}

/** A command as the program sees it, whatever it takes. */
export interface Command extends CommandDefinition {
  piece: string;
  /** Loads the work of the command, which gets the arguments and the options. */
  load(): Work | Promise<Work>;
}

/** The piece of commands that name none. */
const COMMON_PIECE = 'commands';

/** A definition with where its work is. That the work takes what the command line gives is held by the types. */
export function withWork<Definition extends CommandDefinition>(
  definition: Definition,
  load: () => WorkOf<Definition> | Promise<WorkOf<Definition>>,
): Command {
  // From here on nobody knows what the work takes; the program gives it what the definition says.
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

/** What the work of a command gets for its arguments. */
type ArgumentsOf<Arguments extends readonly Argument[]> = {
  -readonly [At in keyof Arguments]: ArgumentValue<Arguments[At]['syntax']>;
};

type ArgumentValue<Of extends string> = Of extends `${string}...${string}`
  ? string[]
  : Of extends `<${string}`
    ? string
    : string | undefined;

/** What the work of a command gets as its options: their values, and the format that was asked for. */
export type OptionsOf<Definition extends CommandDefinition> = {
  [Each in Definition['options'][number] as OptionName<Each['flags']>]: ValueOf<Each>;
} & { format: Definition['formats']['names'][number] } & HeaderOptions & { output?: unknown };

type ValueOf<Option extends CommandOption> = Option extends {
  read(typed: never, name: string): infer Value;
}
  ? Awaited<Value>
  : never;

/** `--kv-type-v <type>` → `kvTypeV`, `--no-fold` → `fold`, as commander names them. */
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
