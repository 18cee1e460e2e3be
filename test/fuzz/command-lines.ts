/**
 * Lists every command of the program with every form of its output and every option, taken from the program itself, so that commands,
 * formats and options that are added later are fuzzed too. The values of options are listed here; an option without a listed value is an
 * error.
 */

import type { Command, Option } from 'commander';
import { COMMANDS } from '../../src/cli/command-list.js';
import { makeProgram } from '../../src/cli/program.js';
import type { Random } from './random.js';
import { tainted } from './taint.js';

/** One way to call a command. */
export interface Line {
  command: string;
  /** The printed form: `text` or a format, as options name them. */
  format: string;
  /** An option in addition to the format, or an empty text. */
  extra: string;
  /** The words after the command; paths are filled in for each input. */
  words: readonly Word[];
}

/** A literal word, or the name of something that depends on the input. */
export type Word = { is: string } | { name: Placeholder };

export type Placeholder = keyof Places;

/** The parts that depend on the input. */
export interface Places {
  /** The file that is fuzzed. */
  model: string;
  /** A file to compare it with, and the folder that it is in. */
  other: string;
  folder: string;
  /** Hostile files of other kinds. */
  policy: string;
  manifest: string;
  resume: string;
  /** Words of the command line that change with the input. */
  pattern: string;
  key: string;
  prompt: string;
  count: string;
  topic: string;
}

const is = (...words: string[]): Word[] => words.map((word) => ({ is: word }));
const of = (name: Placeholder): Word => ({ name });

/** Values for the arguments, by command and name; `?` after the name means that the optional argument is left out half of the time. */
const ARGUMENTS: Readonly<Record<string, Word>> = {
  shell: { is: 'bash' },
  model: of('model'),
  models: of('model'),
  names: of('pattern'),
  name: of('pattern'),
  key: of('key'),
  'text|id': of('prompt'),
  prompt: of('prompt'),
  topic: of('topic'),
  before: of('model'),
  after: of('other'),
  targets: of('model'),
  folders: of('folder'),
  command: { is: 'explain' },
};

/** Values for the options that take one and list no choices. */
const OPTIONS: Readonly<Record<string, Word>> = {
  '--threads': { is: '1' },
  '--role': { is: 'attention,output' },
  '--type': { is: 'Q4_K_M,F32' },
  '--layer': of('count'),
  '--every': of('count'),
  '--slice': { is: '0:2,0:3' },
  '--nearest': of('count'),
  '--context': { is: '4096,32k' },
  '--kv-type': { is: 'q8_0' },
  '--kv-type-v': { is: 'q4_0' },
  '--parallel': of('count'),
  '--ubatch': of('count'),
  '--outputs': of('count'),
  '--gpu': { is: '1GiB,RTX 4090' },
  '--ram': { is: '64GiB' },
  '--margin': { is: '1GiB' },
  '--ngl': of('count'),
  '--tensor-split': { is: '3,1' },
  '--main-gpu': of('count'),
  '--n-cpu-moe': of('count'),
  '--override-tensor': { is: 'ffn_.*=CPU' },
  '--image-size': of('count'),
  '--cache-ram': { is: '8GiB' },
  '--budget': { is: '1GiB' },
  '--bandwidth': { is: '100GB/s' },
  '--head': of('count'),
  '--tokens': { is: '1,2,3' },
  '--with': { is: '4,5' },
  '--prompt': { is: 'Hello' },
  '--rules': { is: 'format,model,advice' },
  '--draft': of('other'),
  '--policy': of('policy'),
  '--ignore': { is: 'general.*' },
  '--output': { is: '-' },
  '--verify': of('manifest'),
  '--max-error': { is: '0.1' },
  '--jobs': { is: '1' },
  '--resume': of('resume'),
  '--shard': { is: '1/2' },
  '--time-limit': { is: '60' },
  '--root': of('folder'),
  '--max-answer': { is: '4KiB' },
  '--header': { is: 'X-Nothing: at all' },
  '--header-for': { is: 'localhost X-Nothing: at all' },
};

/** Values for one command, where another command has an option of the same name with another meaning. */
const OF_ONE: Readonly<Record<string, Word>> = {
  'check --output': { is: 'markdown=/dev/null' },
  'tensors --type': { is: 'Q4_K,F32' },
  'check --ignore': { is: 'duplicate-key:general.*' },
};

/** Options that choose the output format: flags, and options whose choices are formats. */
const FORMAT_FLAGS = ['--json', '--ndjson', '--csv', '--quiet'];
const FORMAT_CHOICES = ['--format', '--raw'];

/** All lines, in the order of the program. */
export function allLines(): Line[] {
  return makeProgram(COMMANDS).commands.flatMap(linesOf);
}

function linesOf(command: Command): Line[] {
  const name = command.name();
  const forms = [{ format: 'text', options: [] as Option[], words: [] as Word[] }];
  const extras = [{ extra: '', options: [] as Option[], words: [] as Word[] }];
  for (const option of command.options) {
    const { long } = option;
    if (typeof long !== 'string') throw new Error(`${name}: an option without a long name`);
    if (FORMAT_CHOICES.includes(long)) {
      const choices = option.argChoices ?? [];
      for (const choice of choices.filter((format) => format !== 'text')) {
        forms.push({ format: choice, options: [option], words: is(long, choice) });
      }
    } else if (FORMAT_FLAGS.includes(long)) {
      forms.push({ format: long.slice(2), options: [option], words: is(long) });
    } else {
      for (const value of valuesOf(name, option)) {
        extras.push({
          extra: [long, ...value.map(wordOf)].join(' '),
          options: [option],
          words: [...is(long), ...value],
        });
      }
    }
  }
  const optional = command.registeredArguments.filter(({ required }) => !required);
  const lists = optional.length === 0 ? [true] : [true, false];
  return forms.flatMap(({ format, options, words }) =>
    extras
      .filter((extra) => !conflict([...options, ...extra.options]))
      .flatMap((extra) =>
        lists.map((all): Line => {
          const places = command.registeredArguments.filter(
            (argument) => all || argument.required || mustGive(name, argument.name()),
          );
          const args = places.map((argument) => argumentOf(name, argument.name()));
          return { command: name, format, extra: extra.extra, words: [...is(name), ...args, ...words, ...extra.words] };
        }),
      ),
  );
}

/**
 * Arguments that must be given: without them, the program would read standard input, or list the models of the user who runs the fuzzer.
 */
const mustGive = (command: string, argument: string) =>
  ['scan targets', 'list folders'].includes(`${command} ${argument}`);

const wordOf = (word: Word): string => ('is' in word ? word.is : word.name);

function argumentOf(command: string, argument: string): Word {
  const word = ARGUMENTS[argument];
  if (word === undefined) throw new Error(`test/fuzz/command-lines.ts: what is the ${argument} of ${command}?`);
  return word;
}

function valuesOf(command: string, option: Option): Word[][] {
  if (!option.required && !option.optional) return [[]];
  if (option.argChoices !== undefined) return option.argChoices.map((choice) => is(choice));
  const value = OF_ONE[`${command} ${option.long}`] ?? OPTIONS[option.long as string];
  if (value === undefined) throw new Error(`test/fuzz/command-lines.ts: what does ${option.long} of ${command} want?`);
  return [[value]];
}

/** `conflictsWith` is a property that commander keeps itself; its types leave it out. */
function conflict(options: readonly Option[]): boolean {
  const names = options.map((option) => option.attributeName());
  return options.some((option) =>
    (option as Option & { conflictsWith: string[] }).conflictsWith.some((name) => names.includes(name)),
  );
}

/** Fills the places of an input into the line. */
export function fillIn({ words }: Line, places: Places): string[] {
  return words.map((word) => ('is' in word ? word.is : places[word.name]));
}

const PATTERNS = [
  '*',
  'blk.*',
  '*.weight',
  'token_embd.weight',
  'blk.{0..3}.attn_q.weight',
  'blk.0.[a-',
  '{{{{',
  'output.weight',
];
const KEYS = [
  'general.architecture',
  'general.name',
  'tokenizer.chat_template',
  'tokenizer.ggml.tokens',
  'llama.context_length',
  'nothing',
];
const PROMPTS = ['Hello world', '0', '616', '-1', '9007199254740993', '', 'a'.repeat(300)];
const COUNTS = ['0', '1', '2', '7', '64'];
const TOPICS = ['quantization', 'attention', 'tokens', 'embeddings', 'nothing'];

/** Words that change with the input; one in eight is hostile. */
export function changingWords(random: Random): Pick<Places, 'pattern' | 'key' | 'prompt' | 'count' | 'topic'> {
  const one = (from: readonly string[]) =>
    // An argument of a process cannot hold a NUL, and one that begins with a dash would be an option.
    random.below(8) === 0 ? `w${tainted('', random).replaceAll('\0', '')}` : random.pick(from);
  return {
    pattern: one(PATTERNS),
    key: one(KEYS),
    prompt: one(PROMPTS),
    count: random.pick(COUNTS),
    topic: one(TOPICS),
  };
}
