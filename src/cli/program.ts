/** The definitions of commands → the program as commander parses it. */

import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { isForeignUrl, withoutFileUrl } from '../locate/file-url.js';
import { DEFAULT_COMMAND } from './command-word.js';
import {
  type CommandDefinition,
  type CommandOption,
  type Command as Definition,
  type Formats,
  takesModels,
} from './define-command.js';
import { FORMATS, type Format, type FormatName } from './formats.js';
import { useHeaders } from './locate-target.js';
import { HEADER_OPTIONS, OUTPUT } from './options.js';
import { type Mode, writingTo } from './output-file.js';
import type { HeaderOptions } from './server-headers.js';
import { VERSION } from './version.js';

/** The program with these commands, ready to parse. Nothing of it is read from or written to before that. */
export function makeProgram(commands: readonly Definition[]): Command {
  const program = new Command('gguf-explain')
    .description(
      'Explains what is inside a GGUF model file: which learned matrices are stored, what each one does, and what is computed instead.',
    )
    .version(VERSION)
    .showHelpAfterError('(gguf-explain --help shows what there is)')
    .addHelpText('after', EXIT_CODES);
  for (const definition of commands) register(program, definition);
  return program;
}

function register(program: Command, definition: Definition): void {
  const { name, summary, formats } = definition;
  const command = program.command(name, { isDefault: name === DEFAULT_COMMAND }).description(summary);
  for (const { syntax, says } of definition.arguments) command.argument(syntax, says);
  const options = [...definition.options, ...sharedOptions(definition)];
  for (const option of optionsOf(definition)) command.addOption(option);
  command.action(async () => {
    const typed = command.opts<Record<string, unknown>>();
    await takeHeaders(typed, command.processedArgs);
    const values: Record<string, unknown> = { format: formatOf(formats, typed) };
    // After commander has found nothing wrong with the command line, in the order of the definition.
    for (const option of options) {
      const { name, long } = namesOf(option);
      const value = option.read(typed[name] as never, long);
      values[name] = value instanceof Promise ? await value : value;
    }
    const loaded = definition.load();
    const { run } = loaded instanceof Promise ? await loaded : loaded;
    const words = command.processedArgs.map((word, i) => (definition.arguments[i]?.model ? asModels(word) : word));
    const { output, mode } = outputOf(definition, values);
    await writingTo(output, () => run(...([...words, values] as never[])), mode);
  });
}

/** The words of an argument for models: `file:` URLs become paths. Of several words each has its own error, which is told later. */
function asModels(words: unknown): unknown {
  if (typeof words === 'string') return withoutFileUrl(words);
  return Array.isArray(words) ? words.map((word) => (isForeignUrl(word) ? word : withoutFileUrl(word))) : words;
}

/** All options of a command in the order of its help: its own, those of its formats, those that many commands share. */
export function optionsOf(definition: CommandDefinition): Option[] {
  return [
    ...definition.options.map(optionOf),
    ...formatOptions(definition.formats),
    ...sharedOptions(definition).map(optionOf),
  ];
}

/** The options that a command does not define itself: the file for its product, headers for servers. */
function sharedOptions(definition: CommandDefinition): readonly CommandOption[] {
  return [...(hasOwnOutput(definition) ? [] : [OUTPUT]), ...(takesModels(definition) ? HEADER_OPTIONS : [])];
}

function hasOwnOutput({ options }: CommandDefinition): boolean {
  return options.some((option) => namesOf(option).name === 'output');
}

/** The file that the product of a command goes into, and how; no file where the command sees to it itself. */
function outputOf(definition: CommandDefinition, values: Record<string, unknown>): { output?: string; mode?: Mode } {
  const { output } = values;
  if (typeof output !== 'string' || hasOwnOutput(definition)) return {};
  const former = definition.goesOn === undefined ? undefined : values[definition.goesOn];
  const same = typeof former === 'string' && resolve(former) === resolve(output);
  return { output, mode: same ? 'go on' : 'replace' };
}

/** What commander calls an option of these flags, and how it is typed. */
function namesOf({ flags }: CommandOption): { name: string; long: string } {
  const option = new Option(flags);
  return { name: option.attributeName(), long: option.long as string };
}

/** commander's option of one of ours. */
function optionOf({ flags, says, conflicts, choices, otherwise, repeats }: CommandOption): Option {
  const option = new Option(flags, says);
  if (conflicts !== undefined) option.conflicts([...conflicts]);
  if (choices !== undefined) option.choices(choices);
  if (otherwise !== undefined) option.default(otherwise);
  if (repeats) option.argParser((text: string, former: string[] = []) => [...former, text]);
  return option;
}

/** `--format` with `--json`, which is short for one of its choices; or an option for each format but the first. */
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

/** The format that was asked for. The first has no option of its own name: `token --text` says how to read the word. */
function formatOf({ names }: Formats, typed: Record<string, unknown>): FormatName {
  const [first, ...others] = names;
  return (
    others.find((name) => typed[name] === true) ?? (typed.format as FormatName | undefined) ?? (first as FormatName)
  );
}

/** Headers that were given are for the servers of this command line, whichever of its words are addresses. */
async function takeHeaders(typed: HeaderOptions, words: readonly unknown[]): Promise<void> {
  if (typed.header === undefined && typed.headerFor === undefined) return;
  const { readHeaders } = await import('./server-headers.js');
  // Some commands take their words in either order.
  const addresses = words.flat().filter((word) => typeof word === 'string');
  useHeaders(readHeaders(typed, addresses, process.env));
}

const EXIT_CODES = `
Exit codes: 0 fine, 1 findings at or above the level asked for or files that differ, 2 the file could not be read or the command makes no sense, 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP.

Examples:
  gguf-explain model.gguf
  gguf-explain tensors model.gguf --sort bytes --role attention
  gguf-explain tensor model.gguf blk.0.attn_q.weight
  gguf-explain metadata model.gguf general.architecture
  curl -sL https://example.com/model.gguf | gguf-explain -`;
