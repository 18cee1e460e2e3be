/**
 * Ways to break a file that know its structure: tainted strings, an architecture renamed with its keys, templates, sums beyond the range of
 * a number, changed types, lengths and offsets. The result can be read further than a file with random bytes, and so reaches the code after
 * the decoder.
 */

import { type Entry, type Text, TYPE_NAMES, type Value } from '../support/gguf-writer.js';
import type { Draft } from './description.js';
import type { Random } from './random.js';
import { tainted } from './taint.js';
import { pathologicalTemplate } from './templates.js';

type Change = (draft: Draft, random: Random, other: Draft) => void;

/** The longest name that llama.cpp allows, and one byte more. */
const NAME_LENGTHS = [63, 64, 65, 4096, 65_535, 65_536];

/** Numbers at the edges of what fields and sums can hold. */
const NUMBERS = [
  0n,
  1n,
  2n,
  3n,
  255n,
  65_536n,
  2n ** 31n - 1n,
  2n ** 32n - 1n,
  2n ** 52n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

const ALIGNMENTS = [0, 1, 3, 8, 16, 64, 4096, 65_536, 2 ** 31];

const FOREIGN = [
  'qwen3',
  'gemma3',
  'deepseek2',
  'mamba',
  'bert',
  'clip',
  'gpt-oss',
  'llama4',
  'flux',
  'whisper',
  'rwkv7',
  't5',
];

/** The ways by name; a story lists those that were applied. */
export const CHANGES: Readonly<Record<string, Change>> = {
  taintArchitecture: (draft, random) => renameArchitecture(draft, tainted(architectureOf(draft), random)),
  renameArchitecture: (draft, random) => renameArchitecture(draft, random.pick(FOREIGN)),
  taintValues(draft, random) {
    for (const entry of draft.metadata) {
      if (entry.key !== 'general.architecture') entry.value = taintedValue(entry.type, entry.value, random);
    }
  },
  taintAll(draft, random) {
    for (const entry of draft.metadata) {
      entry.value = taintedValue(entry.type, entry.value, random);
      entry.key = tainted(asText(entry.key), random);
    }
    for (const tensor of draft.tensors) tensor.name = tainted(asText(tensor.name), random);
  },
  taintTensorNames(draft, random) {
    for (const tensor of draft.tensors) {
      if (random.below(3) === 0) tensor.name = tainted(asText(tensor.name), random);
    }
  },
  taintKeys(draft, random) {
    for (const entry of draft.metadata) if (random.below(4) === 0) entry.key = tainted(asText(entry.key), random);
  },
  descriptions(draft, random) {
    for (const name of [
      'name',
      'license',
      'license.link',
      'author',
      'url',
      'type',
      'finetune',
      'size_label',
      'description',
      'repo_url',
    ]) {
      setText(draft, `general.${name}`, tainted('MIT', random));
    }
    setText(draft, 'tokenizer.ggml.model', tainted(random.pick(['', 'llama', 'gpt2']), random));
    setText(draft, 'tokenizer.ggml.pre', tainted('', random));
  },
  template: (draft, random) => setText(draft, 'tokenizer.chat_template', pathologicalTemplate(random)),
  severalTemplates(draft, random) {
    const names = Array.from({ length: 1 + random.below(6) }, (_, i) =>
      random.below(2) ? `t${i}` : tainted(`t${i}`, random),
    );
    setEntry(draft, { key: 'tokenizer.chat_templates', type: 'array', value: { itemType: 'string', items: names } });
    for (const name of names)
      setText(draft, `tokenizer.chat_template.${name}`, pathologicalTemplate(random).slice(0, 65_536));
  },
  numbers(draft, random) {
    const numbers = draft.metadata.filter(({ type }) => ['u32', 'i32', 'u64', 'i64', 'u16'].includes(type));
    for (let i = 0; i < 1 + random.below(4) && numbers.length > 0; i++) {
      const entry = random.pick(numbers);
      entry.type = 'u64';
      entry.value = random.pick(NUMBERS);
    }
  },
  sums(draft, random) {
    // Each tensor is within the range of a number; their sum is not.
    for (const tensor of draft.tensors) {
      if (random.below(2) === 0)
        tensor.dimensions = [2 ** random.below(20), 2 ** random.below(31)].map((n) => Math.max(32, n));
      if (random.below(4) === 0) tensor.dimensions = [2 ** 26, 2 ** 25];
    }
  },
  dimensions(draft, random) {
    const { tensors } = draft;
    for (let i = 0; i < 1 + random.below(4) && tensors.length > 0; i++) {
      const tensor = random.pick(tensors);
      tensor.dimensions = Array.from({ length: random.below(6) }, () =>
        Number(BigInt.asUintN(32, random.pick(NUMBERS))),
      );
    }
  },
  tensorTypes(draft, random) {
    for (const tensor of draft.tensors)
      if (random.below(3) === 0) tensor.type = random.pick([random.below(45), 200, 2 ** 31, 2 ** 32 - 1]);
  },
  offsets(draft, random) {
    for (const tensor of draft.tensors) {
      if (random.below(3) === 0)
        tensor.claims = { offset: random.below(2) ? random.pick(NUMBERS) : BigInt(32 * random.below(5000)) };
    }
  },
  alignment: (draft, random) =>
    setEntry(draft, { key: 'general.alignment', type: 'u32', value: random.pick(ALIGNMENTS) }),
  longNames(draft, random) {
    const length = random.pick(NAME_LENGTHS);
    if (draft.tensors.length > 0) random.pick(draft.tensors).name = `blk.0.${'n'.repeat(length - 6)}`;
    setText(draft, `k${'e'.repeat(length - 1)}`, 'v'.repeat(random.pick(NAME_LENGTHS)));
    if (random.below(3) === 0) renameArchitecture(draft, 'a'.repeat(length));
  },
  manyFindings(draft, random) {
    const count = [50, 300, 1500][random.below(3)] as number;
    for (let i = 0; i < count; i++) {
      draft.tensors.push({ name: `x.${i}.odd`, dimensions: [32], type: 0, data: 'absent', claims: { offset: 0n } });
      draft.metadata.push({ key: `general.odd.${i % 40}`, type: 'u32', value: i });
    }
  },
  shardKeys(draft, random) {
    const number = () => random.pick([0, 1, 2, 3, 100, 65_535]);
    setEntry(draft, { key: 'split.no', type: 'u16', value: number() });
    setEntry(draft, { key: 'split.count', type: 'u16', value: number() });
    setEntry(draft, { key: 'split.tensors.count', type: 'i32', value: number() });
  },
  duplicates(draft, random) {
    for (let i = 0; i < 3; i++) {
      if (draft.metadata.length > 0) draft.metadata.push({ ...random.pick(draft.metadata) });
      if (draft.tensors.length > 0) draft.tensors.push({ ...random.pick(draft.tensors) });
    }
  },
  retype(draft, random) {
    for (let i = 0; i < 1 + random.below(3) && draft.metadata.length > 0; i++) {
      Object.assign(random.pick(draft.metadata), anyValue(random, 0));
    }
  },
  arrayLengths(draft, random) {
    for (const { value } of draft.metadata) {
      if (!isList(value) || random.below(2) === 0) continue;
      const kept = random.below(value.items.length + 3);
      value.items = [...value.items, ...value.items.slice(0, 2)].slice(0, kept);
    }
  },
  labels(draft, random) {
    setText(
      draft,
      'general.type',
      random.pick(['adapter', 'mmproj', 'imatrix', 'vocab', 'model', 'controlvector', '']),
    );
    setEntry(draft, { key: 'general.file_type', type: 'u32', value: random.pick([0, 1, 15, 200, 2 ** 32 - 1]) });
  },
  shuffle(draft, random) {
    draft.metadata.sort(() => random.below(3) - 1);
    draft.tensors.sort(() => random.below(3) - 1);
  },
  leaveOut(draft, random) {
    draft.metadata = draft.metadata.filter(() => random.below(6) > 0);
    draft.tensors = draft.tensors.filter(() => random.below(6) > 0);
  },
  graft(draft, _, other) {
    draft.metadata = [...draft.metadata.slice(0, 8), ...other.metadata];
  },
  otherTensors(draft, _, other) {
    draft.tensors = other.tensors.map((tensor) => ({ ...tensor }));
  },
  byteOrder(draft) {
    draft.littleEndian = !draft.littleEndian;
  },
  version(draft, random) {
    draft.version = random.pick([1, 2, 2, 3, 4]);
  },
};

const asText = (text: Text): string => (typeof text === 'string' ? text : Buffer.from(text).toString('latin1'));

const isList = (value: Value): value is { itemType: (typeof TYPE_NAMES)[number]; items: Value[] } =>
  typeof value === 'object' && 'items' in value;

function architectureOf({ metadata }: Draft): string {
  const entry = metadata.find(({ key, type }) => key === 'general.architecture' && type === 'string');
  return entry === undefined ? 'none' : asText(entry.value as Text);
}

function renameArchitecture(draft: Draft, name: string): void {
  const former = `${architectureOf(draft)}.`;
  for (const entry of draft.metadata) {
    const key = asText(entry.key);
    if (key.startsWith(former)) entry.key = `${name}.${key.slice(former.length)}`;
  }
  setText(draft, 'general.architecture', name);
}

function setText(draft: Draft, key: string, value: string): void {
  setEntry(draft, { key, type: 'string', value });
}

function setEntry({ metadata }: Draft, entry: Entry): void {
  const at = metadata.findIndex(({ key }) => key === entry.key);
  if (at < 0) metadata.push(entry);
  else metadata[at] = entry;
}

function taintedValue(type: Entry['type'], value: Value, random: Random): Value {
  if (type === 'string') return tainted(asText(value as Text).slice(0, 4096), random);
  if (!isList(value) || value.itemType !== 'string') return value;
  return {
    itemType: 'string',
    items: value.items.map((item) => (random.below(4) ? item : tainted(asText(item as Text), random))),
  };
}

function anyValue(random: Random, depth: number): Pick<Entry, 'type' | 'value'> {
  const type = random.pick(TYPE_NAMES);
  return { type, value: madeValue(type, random, depth) };
}

function madeValue(type: Entry['type'], random: Random, depth: number): Value {
  if (type === 'string') return tainted('', random);
  if (type === 'u64' || type === 'i64') return BigInt.asIntN(63, random.pick(NUMBERS));
  if (type === 'f32' || type === 'f64') return random.pick([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-40, 3e38]);
  if (type !== 'array') return random.below(2);
  const itemType = depth > 3 ? 'u8' : random.pick(TYPE_NAMES);
  return { itemType, items: Array.from({ length: random.below(5) }, () => madeValue(itemType, random, depth + 1)) };
}
