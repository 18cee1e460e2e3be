/**
 * The pairs of an adapter: for a matrix of the base model, the two small matrices whose product is added to it. They have its name plus
 * `.lora_a` and `.lora_b` (llama-adapter.cpp).
 */

import type { Model, ModelTensor } from './model.js';

interface AdapterPair {
  /** The name of the tensor in the base model. */
  base: string;
  a: ModelTensor | null;
  b: ModelTensor | null;
}

const FACTOR = /\.lora_[ab]$/;

/** The pairs by the name of the tensor that they change, in file order. */
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

/** Tensors that do not belong to a pair, without norms, which llama.cpp ignores. */
export function unpairable({ tensors }: Model): ModelTensor[] {
  return tensors.filter(({ name }) => !FACTOR.test(name) && !name.endsWith('_norm.weight'));
}

/** Whether the pair changes a table of tokens. A table is changed by rows, so its factors are transposed and share another axis. */
export function isTable({ base }: AdapterPair): boolean {
  return base.endsWith('token_embd.weight');
}
