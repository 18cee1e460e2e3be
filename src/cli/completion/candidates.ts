/** From a command line up to the cursor to the candidates for the word under the cursor, and to the kind of files that the shell adds. */

import { commandOf } from '../command-word.js';
import { named, type OfferedWords, type Offers } from '../define-command.js';
import type { CompletionCommand, CompletionOption } from './data.js';

/** A word that can be typed, with a short description if there is one. */
export interface Candidate {
  word: string;
  says?: string | undefined;
}

/** Which file names the shell looks for itself. */
export type Files = 'none' | 'models' | 'files' | 'folders';

export interface Completion {
  files: Files;
  candidates: readonly Candidate[];
}

/** Names of tensors, or keys, in the file on the line. Empty if there is no model on it, or if it cannot be read. */
export type ReadModel = (words: readonly string[], wanted: 'tensors' | 'keys') => Promise<readonly string[]>;

/** The candidates for a word, or for the typed part of a value. */
type Offer = (offers: Offers | undefined, typed?: string) => Promise<Completion>;

const NOTHING: Completion = { files: 'none', candidates: [] };

/** `words` are those after the name of the program; the last one may be incomplete. */
export async function complete(
  commands: readonly CompletionCommand[],
  words: readonly string[],
  readModel: ReadModel,
): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const [first] = before;
  if (before.length === 0 && !current.startsWith('-')) {
    return { files: 'models', candidates: startingWith(current, commandWords(commands)) };
  }
  if (first === 'help') return before.length > 1 ? NOTHING : only(current, commandWords(commands).slice(0, -1));
  const name = commandOf(before, (word) => named(word, commands as never)?.name);
  const command = commands.find((one) => one.name === name) as CompletionCommand;
  const rest = first === name || command.aliases.includes(first ?? '') ? before.slice(1) : before;
  const { values, words: typed, open, ended } = takeApart(command, rest);
  const models = typed.filter((_, i) => argumentAt(command, i)?.model || command.arguments.length > 1);
  const offer: Offer = (offers, typed = current) => offered(offers, typed, (wanted) => readModel(models, wanted));
  if (open !== undefined) return open.values.length > 0 ? only(current, asCandidates(open.values)) : offer(open.offers);
  if (!ended && current.startsWith('-')) return await completeOption(command, current, values, offer);
  const argument = argumentAt(command, typed.length);
  if (argument === undefined) return NOTHING;
  const own = await offer(argument.offers);
  // Commands about a part of a model take their two words in either order, so the second may be a file.
  const files =
    argument.model || (command.takesFiles && typed.length > 0 && models.length === 0) ? 'models' : own.files;
  return { ...own, files };
}

function commandWords(commands: readonly CompletionCommand[]): Candidate[] {
  return [
    ...commands.map(({ name, summary }) => ({ word: name, says: summary })),
    { word: 'help', says: 'print the help of a command' },
  ];
}

interface TakenApart {
  /** The options that were given. */
  values: readonly string[];
  /** The words that are neither options nor values of options. */
  words: readonly string[];
  /** The option whose value is being typed. */
  open: CompletionOption | undefined;
  /** Whether a `--` ended the options. */
  ended: boolean;
}

function takeApart(command: CompletionCommand, rest: readonly string[]): TakenApart {
  const values: string[] = [];
  const words: string[] = [];
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as string;
    if (word === '--') return { values, words: [...words, ...rest.slice(i + 1)], open: undefined, ended: true };
    const [name = '', ...value] = word.split('=');
    const option = word.startsWith('-') ? command.options.find(({ names }) => names.includes(name)) : undefined;
    if (option === undefined) {
      if (!word.startsWith('-') || word === '-') words.push(word);
      continue;
    }
    values.push(...option.names);
    if (!option.takesValue || value.length > 0) continue;
    if (++i >= rest.length) return { values, words, open: option, ended: false };
  }
  return { values, words, open: undefined, ended: false };
}

function argumentAt(command: CompletionCommand, index: number): CompletionCommand['arguments'][number] | undefined {
  const last = command.arguments.at(-1);
  return command.arguments[index] ?? (last?.several ? last : undefined);
}

/** Options that are not on the line yet, or the values of an option that is written with `=`. */
async function completeOption(
  command: CompletionCommand,
  current: string,
  given: readonly string[],
  offer: Offer,
): Promise<Completion> {
  const [name = '', ...rest] = current.split('=');
  if (rest.length > 0) {
    const option = command.options.find(({ names, takesValue }) => takesValue && names.includes(name));
    if (option === undefined) return NOTHING;
    const found =
      option.values.length > 0 ? asCandidates(option.values) : (await offer(option.offers, rest.join('='))).candidates;
    return only(
      current,
      found.map(({ word, says }) => ({ word: `${name}=${word}`, says })),
    );
  }
  const options = command.options.filter(({ names }) => !names.some((one) => given.includes(one)));
  const all = options.map(({ names, says }) => ({ word: names.at(-1) as string, says }));
  return only(current, [...all, { word: '--help', says: 'print the help of the command' }]);
}

async function offered(
  offers: Offers | undefined,
  current: string,
  readModel: (wanted: 'tensors' | 'keys') => Promise<readonly string[]>,
): Promise<Completion> {
  if (offers === undefined) return NOTHING;
  if (offers === 'files' || offers === 'folders') return { files: offers, candidates: [] };
  if (offers === 'tensors' || offers === 'keys') return only(current, asCandidates(await readModel(offers)));
  return only(current, withCommas(await offers(), current));
}

/** In a list with commas only the last word is completed, and words that are already in the list are not offered again. */
function withCommas({ words, commas }: OfferedWords, current: string): Candidate[] {
  const at = commas ? current.lastIndexOf(',') + 1 : 0;
  const before = current.slice(0, at);
  const taken = before.split(',');
  return words.flatMap((word) => (taken.includes(word) ? [] : [{ word: before + word }]));
}

function asCandidates(words: readonly string[]): Candidate[] {
  return words.map((word) => ({ word }));
}

function only(current: string, candidates: readonly Candidate[]): Completion {
  return { files: 'none', candidates: startingWith(current, candidates) };
}

/** Only these characters are visible in a command line; the name of a file may have any others. */
const TYPABLE = /^[\p{L}\p{N}\p{P}\p{S}]+$/u;

function startingWith(current: string, candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(({ word }) => word.startsWith(current) && TYPABLE.test(word));
}
