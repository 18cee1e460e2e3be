/**
 * The pairs of an adapter: for a matrix of the base model the two small ones whose product is added to it, named after it with
 * `.lora_a` and `.lora_b` (llama-adapter.cpp).
 */

import type { Model, ModelTensor } from './model.js';

interface AdapterPair {
  /** The tensor of the base model. */
  base: string;
  a: ModelTensor | null;
  b: ModelTensor | null;
}

const FACTOR = /\.lora_[ab]$/;

/** By the name of what they change, in file order. */
export function adapterPairs({ tensors }: Model): AdapterPair[] {
  const pairs = new Map<string, AdapterPair>();
  for (const tensor of tensors) {
    if (!FACTOR.test(tensor.name)) continue;
    const base = tensor.name.replace(FACTOR, '');
    const pair = pairs.get(base) ?? { base, a: null, b: null };
    pairs.set(base, pair);
    pair[tensor.name.endsWith('a') ? 'a' : 'b'] = tensor;
  }
  return [...pairs.values()];
}

/** Tensors that belong to no pair. Norms beside them are passed over by llama.cpp. */
export function unpairable({ tensors }: Model): ModelTensor[] {
  return tensors.filter(({ name }) => !FACTOR.test(name) && !name.endsWith('_norm.weight'));
}

/** A table of tokens is changed by rows: its factors stand the other way round, and share another axis. */
export function isTable({ base }: AdapterPair): boolean {
  return base.endsWith('token_embd.weight');
}
