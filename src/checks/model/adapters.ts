/** LoRA adapters, alone and compared with their base model. */

import { metadataValue } from '../../gguf/decode.js';
import { adapterPairs, isTable, unpairable } from '../../model/adapter-pairs.js';
import { entryOf } from '../../model/entries.js';
import type { Model, ModelTensor } from '../../model/model.js';
import { shardOf } from '../../model/shard-keys.js';
import { adapter, languageModels } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace, tensorPlace } from '../place.js';

/** llama.cpp knows one kind of adapter. The file must state that it is an adapter, and its kind. */
const DEMANDED = { 'general.type': 'adapter', 'adapter.type': 'lora' };

export const ADAPTER_CHECKS = [
  defineCheck({
    code: 'adapter-type-wrong',
    group: 'model',
    level: 'error',
    says: '{key} is {found}; llama.cpp accepts only {expected}',
    hint: 'convert a LoRA adapter; llama.cpp refuses other kinds',
    appliesTo: adapter,
    judge({ model }) {
      return Object.entries(DEMANDED).flatMap(([key, expected]) => {
        const value = metadataValue(model.file, key);
        const entry = entryOf(model.file, key);
        if (value === expected || (value !== undefined && typeof value !== 'string')) return [];
        const facts = { key, found: value ?? 'missing', expected };
        return [{ place: entry === undefined ? { key } : entryPlace(entry), facts }];
      });
    },
  }),
  /** Without alpha, the product of the factors is added without the factor alpha / rank. */
  defineCheck({
    code: 'adapter-alpha-missing',
    group: 'model',
    level: 'warning',
    says: 'no adapter.lora.alpha: the file does not state how strongly the adapter works',
    hint: 'llama.cpp then adds it unscaled; convert it again with the alpha that it was trained with',
    appliesTo: adapter,
    judge({ model }) {
      const key = 'adapter.lora.alpha';
      if (entryOf(model.file, key) !== undefined) return [];
      return [{ place: { key } }];
    },
  }),
  defineCheck({
    code: 'adapter-pair-incomplete',
    group: 'model',
    level: 'error',
    says: '{missing} is missing for {tensor} ({count, pair} incomplete)',
    hint: 'llama.cpp refuses the adapter; convert it again',
    appliesTo: adapter,
    judge({ model }) {
      const halves = adapterPairs(model).filter(({ a, b }) => a === null || b === null);
      const [first] = halves;
      if (first === undefined) return [];
      const there = (first.a ?? first.b) as ModelTensor;
      const missing = `${first.base}.lora_${first.a === null ? 'a' : 'b'}`;
      return [
        {
          place: tensorPlace(there),
          facts: { tensor: there.name, missing, count: halves.length },
        },
      ];
    },
  }),
  /** The output of the first factor is the input of the second, so both have the same rank. */
  defineCheck({
    code: 'adapter-ranks-disagree',
    group: 'model',
    level: 'error',
    says: 'the pair of {base} has rank {a} on one side and {b} on the other',
    hint: 'llama.cpp refuses the adapter; convert it again',
    appliesTo: adapter,
    judge({ model }) {
      return adapterPairs(model).flatMap((pair) => {
        const { a, b, base } = pair;
        if (a === null || b === null) return [];
        const out = a.dimensions[isTable(pair) ? 0 : 1] ?? 1;
        const into = b.dimensions[0] ?? 1;
        if (out === into) return [];
        return [{ place: tensorPlace(a), facts: { base, a: out, b: into } }];
      });
    },
  }),
  /** llama.cpp refuses an adapter that contains a complete tensor in addition to its pairs. */
  defineCheck({
    code: 'adapter-tensor-unexpected',
    group: 'model',
    level: 'error',
    says: '{tensor} is neither lora_a nor lora_b ({count, tensor} of this kind)',
    hint: 'llama.cpp refuses the adapter; convert it again with convert_lora_to_gguf.py',
    appliesTo: adapter,
    judge({ model }) {
      const strange = unpairable(model);
      const [first] = strange;
      if (first === undefined) return [];
      const facts = { tensor: first.name, count: strange.length };
      return [{ place: tensorPlace(first), facts }];
    },
  }),
  /** An adapter changes one specific model; without its name, the file does not show which. */
  defineCheck({
    code: 'adapter-base-unnamed',
    group: 'model',
    level: 'warning',
    says: 'the file does not name the model that the adapter is for (general.base_model.*)',
    hint: "look it up on the adapter's page: with another model, it makes answers worse",
    appliesTo: adapter,
    judge({ model }) {
      const named = model.file.metadata.some(({ key }) => /^general\.base_model\.\d+\./.test(key));
      if (named) return [];
      return [{ place: { key: 'general.base_model.0.name' } }];
    },
  }),
  /** An adapter fits a base model of the same architecture that has every tensor that it changes, in the same shape (llama-adapter.cpp). */
  defineCheck({
    code: 'adapter-misfit',
    group: 'model',
    level: 'error',
    says: 'does not fit {model}: {why}',
    hint: 'use the adapter that was trained for this model',
    appliesTo: adapter,
    judge({ model, neighbors }) {
      const misfits = languageModels(neighbors).map((base) => ({ base, why: reason(model, base.model) }));
      if (misfits.length === 0 || misfits.some(({ why }) => why === null)) return [];
      // The base of the same architecture is the intended one.
      const same = ({ base }: (typeof misfits)[number]) => architectureOf(base.model) === architectureOf(model);
      const { base, why } = misfits.find(same) ?? misfits[0]!;
      return [{ place: why!.place, facts: { model: base.fileName, why: why!.words } }];
    },
  }),
];

function architectureOf({ hyperparameters }: Model): string | null {
  return hyperparameters.architecture;
}

/** The reason why the adapter does not fit; null if it fits. */
function reason(adapter: Model, base: Model): { words: string; place: { key?: string; tensor?: string } } | null {
  const [mine, its] = [architectureOf(adapter), architectureOf(base)];
  // An adapter without an architecture has a separate finding.
  if (mine !== null && mine !== its) {
    return { words: `the adapter is for ${mine}, but the model is ${its}`, place: { key: 'general.architecture' } };
  }
  const tensors = new Map(base.tensors.map((tensor) => [tensor.name, tensor]));
  for (const pair of adapterPairs(adapter)) {
    const changed = tensors.get(pair.base);
    const place = { tensor: pair.a?.name ?? pair.b?.name ?? pair.base };
    if (changed === undefined) {
      // A shard has only a part of the tensors, so a missing one proves nothing.
      if (shardOf(base) !== null) continue;
      return { words: `the model has no tensor ${pair.base}`, place };
    }
    if (pair.a === null || pair.b === null) continue;
    const [width, height] = [changed.dimensions[0] ?? 1, changed.dimensions[1] ?? 1];
    const [from, to] = isTable(pair)
      ? [pair.b.dimensions[1] ?? 1, pair.a.dimensions[1] ?? 1]
      : [pair.a.dimensions[0] ?? 1, pair.b.dimensions[1] ?? 1];
    if (from === width && to === height) continue;
    return { words: `${pair.base} is ${width} → ${height} in the model, but ${from} → ${to} in the adapter`, place };
  }
  return null;
}
