/** Turns the definitions of commands into the program that commander parses with. */

import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { isForeignUrl, withoutFileUrl } from '../locate/file-url.js';
import { DEFAULT_COMMAND } from './command-word.js';
import {
  type CommandDefinition,
  type CommandOption,
  type Command as Definition,
  type Formats,
  GROUPS,
  type Group,
  type Offers,
  takesModels,
} from './define-command.js';
import { FORMATS, type Format, type FormatName } from './formats.js';
import { useHeaders } from './locate-target.js';
import { COLOR_OPTIONS, HEADER_OPTIONS, OUTPUT } from './options.js';
import { tellLines } from './output.js';
import { type Mode, writingTo } from './output-file.js';
import type { HeaderOptions } from './server-headers.js';
import { wishForColors } from './terminal.js';
import { VERSION } from './version.js';

/** The program with these commands, ready to parse. Creating it reads and writes nothing. */
export function makeProgram(commands: readonly Definition[]): Command {
  const program = new Command('gguf-explain')
    .description(
      'Explains what is inside a GGUF model file: which learned matrices are stored, what each one does, and what is computed instead.',
    )
    .usage('MODEL | COMMAND …')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureHelp({ subcommandTerm: termOf, styleTitle: titleOf, minWidthToWrap: 12 })
    .addHelpText('after', ({ command }) => afterHelp(command, commands));
  for (const group of GROUPS) {
    for (const definition of commands) {
      if (definition.group === group) register(program.commandsGroup(HEADINGS[group]), definition);
    }
  }
  return program.helpCommand('help [command]', 'print the help of a command');
}

/** The heading of each group of commands. */
export const HEADINGS: Readonly<Record<Group, string>> = {
  understand: 'UNDERSTAND',
  look: 'LOOK',
  fit: 'FIT',
  verify: 'VERIFY',
  many: 'MANY MODELS',
  programs: 'FOR OTHER PROGRAMS',
  schema: 'ABOUT THE PROGRAM',
};

/** `Options:` → `OPTIONS`, like the headings of pages. */
function titleOf(title: string): string {
  return title === 'Usage:' ? title : title.replace(/:$/, '').toUpperCase();
}

/** A command with its arguments, without its options: every command has some. */
function termOf(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...words].join(' ');
}

function register(program: Command, definition: Definition): void {
  const { name, aliases = [], summary, details, formats } = definition;
  const command = program
    .command(name, { isDefault: name === DEFAULT_COMMAND })
    .aliases(aliases)
    .summary(summary)
    .description(details === undefined ? sentence(summary) : `${sentence(summary)} ${details}`)
    .helpOption('-h, --help', 'print this help');
  for (const { syntax, says } of definition.arguments) command.argument(syntax, says);
  const options = [...definition.options, ...sharedOptions(definition)];
  for (const option of optionsOf(definition)) command.addOption(option);
  command.action(async () => {
    const typed = command.opts<Record<string, unknown>>();
    await takeHeaders(typed, command.processedArgs);
    wishForColors(typed.color as boolean | undefined);
    const values: Record<string, unknown> = { format: formatOf(formats, typed) };
    // After commander has accepted the command line, in the order of the definition.
    const idle: string[] = [];
    for (const option of options) {
      const { name, long } = namesOf(option);
      const value = option.read(typed[name] as never, long);
      values[name] = value instanceof Promise ? await value : value;
      const why = command.getOptionValueSource(name) === 'cli' && option.idle?.(typed, command.processedArgs);
      if (why) idle.push(`${long} does nothing ${why}`);
    }
    tellNotes(idle);
    const loaded = definition.load();
    const { run } = loaded instanceof Promise ? await loaded : loaded;
    const words = command.processedArgs.map((word, i) => (definition.arguments[i]?.model ? asModels(word) : word));
    const { output, mode } = outputOf(definition, values);
    await writingTo(output, () => run(...([...words, values] as never[])), mode);
  });
}

/** The words of a model argument: `file:` URLs become paths. If there are several words, each reports its own error later. */
function asModels(words: unknown): unknown {
  if (typeof words === 'string') return withoutFileUrl(words);
  return Array.isArray(words) ? words.map((word) => (isForeignUrl(word) ? word : withoutFileUrl(word))) : words;
}

/** All options of a command in the order of its help: its own, those for its formats, those that many commands share. */
export function optionsOf(definition: CommandDefinition): Option[] {
  return [
    ...definition.options.map(optionOf),
    ...formatOptions(definition.formats),
    ...sharedOptions(definition).map(optionOf),
    ...(definition.formats.names.includes('text') && !definition.server ? COLOR_OPTIONS.map(optionOf) : []),
  ];
}

/** What completion offers for the values of a command's options, by their long names. */
export function offersOf(definition: CommandDefinition): Map<string, Offers | undefined> {
  const options = [...definition.options, ...sharedOptions(definition)];
  return new Map(options.map((option) => [namesOf(option).long, option.offers]));
}

/** The options that a command does not define itself: the file for its output, headers for servers. */
function sharedOptions(definition: CommandDefinition): readonly CommandOption[] {
  return [...(hasOwnOutput(definition) ? [] : [OUTPUT]), ...(takesModels(definition) ? HEADER_OPTIONS : [])];
}

function hasOwnOutput({ options, server }: CommandDefinition): boolean {
  return server === true || options.some((option) => namesOf(option).name === 'output');
}

/** The file for the output of a command, and the mode; empty if the command handles this itself. */
function outputOf(definition: CommandDefinition, values: Record<string, unknown>): { output?: string; mode?: Mode } {
  const { output } = values;
  if (typeof output !== 'string' || hasOwnOutput(definition)) return {};
  const former = definition.goesOn === undefined ? undefined : values[definition.goesOn];
  const same = typeof former === 'string' && resolve(former) === resolve(output);
  return { output, mode: same ? 'go on' : 'replace' };
}

/** The name that commander gives to an option with these flags, and its long form as typed. */
function namesOf({ flags }: CommandOption): { name: string; long: string } {
  const option = new Option(flags);
  return { name: option.attributeName(), long: option.long as string };
}

/** commander's option for one of ours. */
function optionOf({ flags, says, conflicts, choices, otherwise, repeats }: CommandOption): Option {
  const option = new Option(flags, says);
  if (conflicts !== undefined) option.conflicts([...conflicts]);
  if (choices !== undefined) option.choices(choices);
  if (otherwise !== undefined) option.default(otherwise);
  if (repeats) option.argParser((text: string, former: string[] = []) => [...former, text]);
  return option;
}

/** `--format` with `--json`, which is short for one of its choices; or an option for each format except the first. */
function formatOptions({ names, says }: Formats): Option[] {
  const [first, ...others] = names;
  if (says === undefined) {
    return others.map((name, i) => formatFlag(name).conflicts(others.slice(i + 1)));
  }
  const format = new Option('--format <format>', says).choices(names).default(first);
  return names.includes('json') ? [format, formatFlag('json').conflicts(['format'])] : [format];
}

function formatFlag(name: FormatName): Option {
  const { says }: Format = FORMATS[name];
  return new Option(`--${name}`, says);
}

/** The chosen format. The first one has no option with its name: `token --text` says how to read the word. */
function formatOf({ names }: Formats, typed: Record<string, unknown>): FormatName {
  const [first, ...others] = names;
  return (
    others.find((name) => typed[name] === true) ?? (typed.format as FormatName | undefined) ?? (first as FormatName)
  );
}

/** To standard error, so that the output stays what was asked for. */
function tellNotes(notes: readonly string[]): void {
  tellLines(notes.map((note) => `gguf-explain: ${note}`));
}

async function takeHeaders(typed: HeaderOptions, words: readonly unknown[]): Promise<void> {
  if (typed.header === undefined && typed.headerFor === undefined) return;
  const { readHeaders } = await import('./server-headers.js');
  // Any of the words may be an address: some commands take their words in either order.
  const addresses = words.flat().filter((word) => typeof word === 'string');
  const rules = readHeaders(typed, addresses, process.env);
  useHeaders(rules);
  if (typed.header !== undefined && rules.bound === undefined && addresses.length > 0) {
    tellNotes(['--header does nothing: the command names no server']);
  }
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.?!]$/.test(words) ? '' : '.'}`;
}

export const EXAMPLES = {
  'gguf-explain demo': 'the page of the small model that is included',
  'gguf-explain flow demo "Hello world"': 'what this model predicts next, computed',
  'gguf-explain tensors MODEL --role attention': 'its attention tensors',
  'gguf-explain memory hf:owner/repo:Q4_K_M': 'reads only the header from the hub',
  'curl -sL ADDRESS | gguf-explain -': 'reads standard input',
};

export const EXIT_CODES = {
  '0': 'success',
  '1': 'check found something at or above --fail-on, or two files differ',
  '2': 'a file cannot be read, or the command line is wrong',
  '130, 143, 129': 'stopped by Ctrl-C, SIGTERM, SIGHUP',
};

/** The text below the list of commands. */
function afterHelp(program: Command, commands: readonly Definition[]): string {
  const help = program.createHelp();
  help.prepareContext(helpContext(program));
  const rows = (items: Readonly<Record<string, string>>) => {
    const width = Math.max(...Object.keys(items).map((term) => term.length));
    return Object.entries(items).map(([term, says]) => help.formatItem(term, width, says, help));
  };
  const aliases = commands.flatMap(({ name, aliases = [] }) => aliases.map((alias) => [alias, `the same as ${name}`]));
  return [
    ...['', 'OTHER NAMES', ...rows(Object.fromEntries(aliases))],
    ...['', 'EXAMPLES', ...rows(EXAMPLES)],
    ...['', 'EXIT CODES', ...rows(EXIT_CODES)],
    ...['', 'The options of a command: gguf-explain COMMAND --help'],
  ].join('\n');
}

/** The settings that commander uses for its help. */
function helpContext(program: Command): { helpWidth: number } {
  return { helpWidth: program.configureOutput().getOutHelpWidth?.() ?? 80 };
}
