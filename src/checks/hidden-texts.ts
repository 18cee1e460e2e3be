/** The keys, values and tensor names of a file that contain hidden characters, for the two rules that report them. */

import type { GgufFile } from '../gguf/decode.js';
import type { Place } from '../gguf/finding.js';
import type { MetadataArray, MetadataValue } from '../gguf/metadata.js';
import { type Hidden, hiddenInName, hiddenInText, type Looks } from './hidden-characters.js';

interface HiddenText {
  /** The kind of text: `key`, `value` or `tensor name`. */
  what: string;
  place: Place;
  hidden: Hidden;
}

/** Not searched: vocabularies contain characters of every kind, and chat templates have a separate rule. */
const VOCABULARY =
  /^tokenizer\.(?:ggml\.(?:tokens|merges|added_tokens|suppress_tokens)|huggingface\.json|rwkv\.world|chat_template(?:\..*)?)$/;

/**
 * Characters of a file that are judged by their surroundings. Legitimate texts have a few hundred joiners and selectors; each of these
 * costs as much as reading a hundred plain characters.
 */
const MOST_LOOKS = 64 * 1024;

/** A text whose search did not finish. */
type NotFinished = Pick<HiddenText, 'what' | 'place'>;

interface Search {
  found: readonly HiddenText[];
  notFinished: readonly NotFinished[];
}

const read = new WeakMap<GgufFile, Search>();

/** In file order. */
export function hiddenTextsOf(file: GgufFile): readonly HiddenText[] {
  return searched(file).found;
}

/** The texts that the search did not finish. */
export function textsNotFinished(file: GgufFile): readonly NotFinished[] {
  return searched(file).notFinished;
}

function searched(file: GgufFile): Search {
  let search = read.get(file);
  if (search === undefined) {
    search = searchAll(file);
    read.set(file, search);
  }
  return search;
}

function searchAll({ metadata, tensors }: GgufFile): Search {
  const found: HiddenText[] = [];
  const notFinished: NotFinished[] = [];
  const looks: Looks = { left: MOST_LOOKS, unfinished: 0 };
  /** Returns whether the text is reported. */
  const search = (what: string, place: Place, look: (looks: Looks) => Hidden | null): boolean => {
    const before = looks.unfinished;
    const hidden = look(looks);
    const ended = looks.unfinished > before;
    if (hidden !== null) found.push({ what, place, hidden });
    else if (ended) notFinished.push({ what, place });
    return hidden !== null || ended;
  };
  for (const { key, value, offset } of metadata) {
    const place = { offset, key };
    const told = search('the key', place, (left) => hiddenInName(key, left));
    if (!told && !VOCABULARY.test(key)) search('the value', place, (left) => hiddenIn(value, left));
  }
  for (const { name, offset } of tensors) {
    search('the tensor name', { offset, tensor: name }, (left) => hiddenInName(name, left));
  }
  return { found, notFinished };
}

function isKept({ itemType, items, count }: MetadataArray): boolean {
  return itemType !== 'string' || items.length === count;
}

function hiddenIn(value: MetadataValue, looks: Looks): Hidden | null {
  if (typeof value === 'string') return hiddenInText(value, looks);
  if (typeof value !== 'object') return null;
  const [kept, whole] = value.kind === 'long-string' ? [[value.head], false] : [value.items, isKept(value)];
  for (const item of kept) {
    const hidden = hiddenIn(item, looks);
    if (hidden !== null) return hidden;
  }
  // The reader keeps only the beginning of a text that is too long.
  if (!whole) looks.unfinished++;
  return null;
}
