/**
 * The type of value that llama.cpp's loader accepts for a key. It expects exactly one type and does not convert: it refuses a 64-bit number
 * where it reads a 32-bit one (llama-model-loader.cpp, GKV; clip.cpp stops with an assertion).
 */

import type { MetadataEntry } from '../gguf/metadata.js';
import { MOST_LAYERS } from '../words/llama-cpp.js';
import { asArray, ownNumber } from './entries.js';
import {
  APERTUS_KEYS,
  type KeyLength,
  type KeyRows,
  type KeyType,
  MODEL_KEYS,
  PLAIN_KEYS,
  PROJECTOR_KEYS,
} from './loader-keys.js';
import type { Model } from './model.js';
import { projectorTypes } from './projectors.js';
import { hasNoTokens } from './tokenizers.js';
import { tokenizerOf } from './vocabulary.js';

/** What a loader demands of the value of a key. */
export interface KeyDemand {
  type: KeyType;
  length?: KeyLength;
}

/**
 * The values that each type accepts: one value, or an array with items of these types. `otherwise: 'unread'`: a value that is not an array
 * is ignored.
 */
const TYPES: Readonly<Record<KeyType, { one?: string; items?: readonly string[]; otherwise?: 'unread' }>> = {
  string: { one: 'string' },
  bool: { one: 'bool' },
  u32: { one: 'u32' },
  i32: { one: 'i32' },
  f32: { one: 'f32' },
  u32s: { one: 'u32', items: ['u32', 'i32', 'bool'] },
  f32s: { one: 'f32', items: ['f32'] },
  'i32s-or-one': { one: 'i32', items: ['i32', 'u32', 'bool'] },
  pattern: { one: 'u32', items: ['bool', 'u32', 'i32'] },
  flags: { items: ['bool', 'u32', 'i32'] },
  'flags-if-array': { items: ['bool', 'u32', 'i32'], otherwise: 'unread' },
  ints: { items: ['u32', 'i32'] },
  u64s: { items: ['u64'] },
  strings: { items: ['string'] },
  'strings-if-array': { items: ['string'], otherwise: 'unread' },
  'i32-array': { items: ['i32'] },
  'u32-array': { items: ['u32'] },
  'f32-array': { items: ['f32'] },
  scores: { items: ['f32', 'i32'] },
  bytes: { items: ['i8', 'u8'] },
};

/** Keys of the special tokens (llama-vocab.cpp), after `tokenizer.ggml.`. `seperator` is the spelling in files. */
export const SPECIAL_TOKEN_KEYS: readonly string[] = [
  ...['bos', 'eos', 'eot', 'eom', 'unknown', 'seperator', 'padding', 'mask'],
  ...['fim_pre', 'fim_suf', 'fim_mid', 'fim_pad', 'fim_rep', 'fim_sep', 'prefix', 'suffix', 'middle'],
].map((name) => `tokenizer.ggml.${name}_token_id`);

/** For each key, the demands of its readers; `all` stands for every reader that is not excluded. */
type Demands = ReadonlyMap<string, readonly (KeyDemand & { isReader: (name: string) => boolean })[]>;

let ofModels: Demands | undefined;
let ofProjectors: Demands | undefined;
let plain: Demands | undefined;

/** llama.cpp's demand on a key of this file; undefined for keys that it does not read. */
export function demandOf(key: string, model: Model): KeyDemand | undefined {
  const { architecture } = model.hyperparameters;
  plain ??= demands([...PLAIN_KEYS, { type: 'u32', readers: `${SPECIAL_TOKEN_KEYS.join(' ')}: all` }, APERTUS_KEYS]);
  const noTokens = hasNoTokens(tokenizerOf(model) ?? '');
  if (noTokens && key.startsWith('tokenizer.ggml.') && !READ_FIRST.has(key)) return undefined;
  const asPlain = plain.get(key);
  if (asPlain !== undefined) return asPlain.find(({ isReader }) => isReader(readerOf(key, model)));
  if (architecture === null || !key.startsWith(`${architecture}.`)) return undefined;
  const own = key.slice(architecture.length + 1);
  if (noTokens && own === 'vocab_size') return { type: 'u32' };
  if (architecture !== 'clip') {
    ofModels ??= demands(MODEL_KEYS);
    return ofModels.get(own)?.find(({ isReader }) => isReader(architecture));
  }
  ofProjectors ??= demands(PROJECTOR_KEYS);
  const kinds = projectorTypes(model).flatMap(({ type }) => (type === 'qwen2.5o' ? BOTH_KINDS : [type]));
  return ofProjectors.get(own)?.find(({ isReader }) => [...kinds, ''].some(isReader));
}

/** Keys of the tokenizer that are read even if a model has no tokens. */
const READ_FIRST: ReadonlySet<string> = new Set([
  'tokenizer.ggml.model',
  'tokenizer.ggml.pre',
  'tokenizer.ggml.token_type_count',
]);

/** In older files, one name covers a projector for images and one for sound (clip.cpp). */
const BOTH_KINDS = ['qwen2.5vl_merger', 'qwen2a'];

function readerOf(key: string, model: Model): string {
  return (key.startsWith('xielu.') ? model.hyperparameters.architecture : tokenizerOf(model)) ?? '';
}

function demands(rows: readonly KeyRows[]): Demands {
  const found = new Map<string, (KeyDemand & { isReader: (name: string) => boolean })[]>();
  for (const { type, length, readers } of rows) {
    for (const [keys = '', names = ''] of readersIn(readers)) {
      const isReader = readerTest(names);
      for (const key of keys.split(' ')) {
        const demand = { type, ...(length !== undefined && { length }), isReader };
        found.set(key, [...(found.get(key) ?? []), demand]);
      }
    }
  }
  return found;
}

/** Pairs of keys and readers. A key never ends in a colon, so the first word that does ends the keys. */
function readersIn(text: string): string[][] {
  const pairs: string[][] = [];
  for (const line of text.split(/\n(?! {8})/)) {
    const [keys, names] = line.replaceAll(/\s+/g, ' ').trim().split(/: ?/);
    if (keys !== undefined && names !== undefined) pairs.push([keys, names]);
  }
  return pairs;
}

function readerTest(names: string): (name: string) => boolean {
  const [, but] = /^all(?: but (.+))?$/.exec(names) ?? [];
  if (but !== undefined) return (name) => !but.split(' ').includes(name);
  const those = new Set(names.split(' '));
  return (name) => those.has('all') || those.has(name);
}

/** Whether an entry has a type that the loader accepts. */
export function isOfType(entry: MetadataEntry, type: KeyType): boolean {
  const { one, items, otherwise } = TYPES[type];
  const array = asArray(entry);
  if (array !== null) return items?.includes(array.itemType) ?? false;
  return otherwise === 'unread' || entry.type === one;
}

/** A type in words. */
export function typeInWords(type: KeyType): string {
  const { one, items } = TYPES[type];
  const words = [...(one === undefined ? [] : [one]), ...(items === undefined ? [] : [`array of ${inRow(items)}`])];
  return words.join(', or ');
}

function inRow(items: readonly string[]): string {
  return items.length < 3 ? items.join(' or ') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

/** How many values an array may have, and the reason. */
export interface LengthRange {
  least: number;
  most: number;
  /** What the values are counted by, if a key gives their number: the layers. */
  by: string | null;
}

/** The demanded length as numbers; null if there is no demand, or if the key for it is missing. */
export function lengthRange({ length }: KeyDemand, model: Model): LengthRange | null {
  if (length === undefined) return null;
  if (typeof length === 'number') return { least: length, most: length, by: null };
  if (typeof length === 'object') {
    const said = ownNumber(model, length.key);
    const by = `${model.hyperparameters.architecture}.${length.key}`;
    return said === null ? null : { least: said, most: said, by };
  }
  const [, upTo] = /^up to (\d+)$/.exec(length) ?? [];
  if (upTo !== undefined) return { least: 0, most: Number(upTo), by: null };
  const [, fixed] = /^(\d+) or more$/.exec(length) ?? [];
  if (fixed !== undefined) return { least: Number(fixed), most: Number.POSITIVE_INFINITY, by: null };
  const { blockCount } = model.hyperparameters;
  if (blockCount === null) return null;
  // The layers for next-token prediction are the last ones.
  const least = blockCount - (length.startsWith('main') ? (ownNumber(model, 'nextn_predict_layers') ?? 0) : 0);
  return { least, most: length.endsWith('or more') ? MOST_LAYERS : least, by: 'layers' };
}
