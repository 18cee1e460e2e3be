/** The keys, values and tensor names of a file that hide something, for the two rules that tell them apart. */

import type { GgufFile } from '../gguf/decode.js';
import type { Place } from '../gguf/finding.js';
import type { MetadataValue } from '../gguf/metadata.js';
import { type Hidden, hiddenInName, hiddenInText } from './hidden-characters.js';

interface HiddenText {
  /** What it is hidden in: `key`, `value` or `tensor name`. */
  what: string;
  place: Place;
  hidden: Hidden;
}

/** A vocabulary holds every character that there is; chat templates have a rule of their own. */
const VOCABULARY =
  /^tokenizer\.(?:ggml\.(?:tokens|merges|added_tokens|suppress_tokens)|huggingface\.json|rwkv\.world|chat_template(?:\..*)?)$/;

const read = new WeakMap<GgufFile, readonly HiddenText[]>();

/** In file order. */
export function hiddenTextsOf(file: GgufFile): readonly HiddenText[] {
  let texts = read.get(file);
  if (texts === undefined) {
    texts = [...inMetadata(file), ...inNames(file)];
    read.set(file, texts);
  }
  return texts;
}

function inMetadata({ metadata }: GgufFile): HiddenText[] {
  return metadata.flatMap(({ key, value, offset }) => {
    const place = { offset, key };
    const inKey = hiddenInName(key);
    if (inKey !== null) return [{ what: 'the key', place, hidden: inKey }];
    const inValue = VOCABULARY.test(key) ? null : hiddenIn(value);
    return inValue === null ? [] : [{ what: 'the value', place, hidden: inValue }];
  });
}

function inNames({ tensors }: GgufFile): HiddenText[] {
  return tensors.flatMap(({ name, offset }) => {
    const hidden = hiddenInName(name);
    return hidden === null ? [] : [{ what: 'the tensor name', place: { offset, tensor: name }, hidden }];
  });
}

function hiddenIn(value: MetadataValue): Hidden | null {
  if (typeof value === 'string') return hiddenInText(value);
  if (typeof value !== 'object') return null;
  if (value.kind === 'long-string') return hiddenInText(value.head);
  for (const item of value.items) {
    const hidden = hiddenIn(item);
    if (hidden !== null) return hidden;
  }
  return null;
}
