/** The words for a command line that is wrong. Loaded only in that case. */

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CommanderError } from 'commander';
import { type ExplainedError, UsageError } from '../explained-error.js';
import { isDemo } from '../locate/bundled-model.js';
import { namesIn } from '../locate/folder.js';
import { shellWord } from '../render/text/shell-word.js';
import { nearMiss } from '../words/near-miss.js';
import { isRemote } from '../words/remote-names.js';
import { COMMANDS } from './command-list.js';
import { type Command, named } from './define-command.js';
import { optionsOf } from './program.js';
import { commandMeant } from './typed-words.js';

/**
 * A mistyped command without other words is looked up as a file: the error that there is no such file suggests the command that was meant.
 */
export function hintAtCommand(error: ExplainedError, argv: readonly string[]): void {
  const [first] = argv;
  const meant = first !== undefined && error.target === first ? commandLike(first) : undefined;
  if (meant === undefined) {
    hintAtFile(error);
    return;
  }
  error.message = 'this is neither a command nor a file';
  error.hint = `did you mean ${meant}?`;
}

/** A model whose name was mistyped: the one in the same folder that was meant, else where to find models. */
function hintAtFile(error: ExplainedError): void {
  const { target } = error;
  if (target === undefined || isRemote(target) || !/\.ggu?f$/i.test(target)) return;
  const folder = dirname(target);
  const meant = nearMiss(
    basename(target),
    namesIn(folder).filter((name) => name.endsWith('.gguf')),
  );
  error.hint ??=
    meant === undefined ? 'gguf-explain list shows the models on this machine' : `did you mean ${join(folder, meant)}?`;
}

/** Hints have MODEL where a command needs one: here it becomes what was typed. */
export function nameModel(error: ExplainedError, argv: readonly string[]): void {
  const { hint, target } = error;
  if (hint === undefined || target === undefined || !argv.includes(target)) return;
  error.hint = hint.replace(/(gguf-explain [a-z]+ )MODEL\b/, (_, command: string) => command + shellWord(target));
}

/** An error in the command line that says nothing of what to do gets the help of its command. */
export function hintAtHelp(error: ExplainedError, argv: readonly string[]): void {
  if (error.blames === 'request' && error.code.startsWith('bad-')) error.hint ??= helpOf(commandMeant(argv).name);
}

/** Throws UsageError if help is asked for something that is not a command. */
export function mustBeCommand(word: string | undefined): void {
  if (word === undefined || word.startsWith('-') || word === 'help' || named(word, COMMANDS) !== undefined) return;
  const meant = commandLike(word);
  throw refused(`there is no command ${word}`, meant === undefined ? HELP : `did you mean ${meant}?`);
}

const HELP = 'run "gguf-explain --help" for all commands';

function helpOf(command: string): string {
  return `run "gguf-explain ${command} --help" for its options`;
}

function commandLike(word: string): string | undefined {
  return nearMiss(
    word,
    COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  );
}

/** commander's errors, in our words. */
export function misuse(error: CommanderError, argv: readonly string[]): UsageError {
  const [said = ''] = error.message.replace(/^error: /, '').split('\n');
  const [one = '', other = ''] = [...said.matchAll(/'([^']*)'/g)].map(([, quoted]) => quoted as string);
  const command = commandMeant(argv);
  const options = optionsOf(command).map(({ long }) => long as string);
  switch (error.code) {
    case 'commander.unknownOption': {
      const [typed = ''] = one.split('=');
      const meant = nearMiss(typed, [...options, '--help', '--version']);
      const help = helpOf(command.name);
      return refused(
        `${command.name} has no option ${typed}`,
        meant === undefined ? help : `did you mean ${meant}? Otherwise ${help}`,
      );
    }
    case 'commander.optionMissingArgument':
      return refused(`${one} needs a value`, helpOf(command.name));
    case 'commander.conflictingOption':
      return refused(`${nameOf(one)} cannot be used together with ${nameOf(other)}`, helpOf(command.name));
    case 'commander.invalidArgument': {
      const choices = /Allowed choices are (.*?)\.?$/.exec(said)?.[1] ?? '';
      const meant = nearMiss(other, choices.split(', '));
      const hint = meant === undefined ? undefined : `did you mean ${meant}?`;
      const allowed = choices.includes(', ') ? `one of ${choices}` : `"${choices}", the only choice`;
      return refused(`${nameOf(one)}: "${other}" is not ${allowed}`, hint ?? helpOf(command.name));
    }
    case 'commander.missingArgument':
      return one === 'model'
        ? refused(`${command.name} needs a model`, `"gguf-explain ${command.name} demo" uses the included one`)
        : refused(`${command.name} takes ${wordsOf(command)}: ${one.toUpperCase()} is missing`, helpOf(command.name));
    case 'commander.excessArguments':
      return tooMany(argv);
    default:
      return refused(said, helpOf(command.name));
  }
}

function refused(message: string, hint: string): UsageError {
  return new UsageError('bad-usage', message, hint);
}

/** `--kv-type <type>` → `--kv-type`. */
function nameOf(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

/** For a prompt that the shell has split into words. */
const PROMPT_IN_QUOTES = 'put the prompt in quotes: "Hello world"';

/**
 * A first word that is not a command is taken as the model of `explain`, so a mistyped command, or one after an option, leads to too many
 * words: here the hint names the command or the place that was meant.
 */
function tooMany(argv: readonly string[]): UsageError {
  const [first = ''] = argv;
  const command = commandMeant(argv);
  if (named(first, COMMANDS) === undefined) {
    const late =
      first.startsWith('-') && first !== '--' ? argv.find((word) => named(word, COMMANDS) !== undefined) : undefined;
    if (late !== undefined) return refused('the command comes first', `write gguf-explain ${late} …`);
    const isWord = /^[a-z]+$/i.test(first) && !isDemo(first);
    if (isWord && !existsSync(first)) {
      const meant = commandLike(first);
      const hint = meant === undefined ? HELP : `did you mean ${meant}?`;
      return refused(`"${first}" is neither a command nor a file`, hint);
    }
  }
  const many = 'memory, check and scan take several models';
  const most = command.arguments.length;
  if (most === 0) return refused(`${command.name} takes only options`, helpOf(command.name));
  const words = wordsOf(command);
  const hint = words.endsWith(' PROMPT') ? PROMPT_IN_QUOTES : most === 1 ? many : helpOf(command.name);
  return refused(`there are too many words: ${command.name} takes ${words}`, hint);
}

/** `MODEL NAME`. */
function wordsOf(command: Command): string {
  return command.arguments.map(({ syntax }) => syntax.replace(/[<>[\]]/g, '').toUpperCase()).join(' ');
}
