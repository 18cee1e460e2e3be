/**
 * The states that recurrent layers carry: a rolling window of the last inputs (of a convolution or a token shift), and the state itself.
 * Both are 32-bit floats, once for each sequence, regardless of the context length. Formulas of llama.cpp (`n_embd_r`, `n_embd_s`).
 */

import type { StateRule } from '../architectures/cache-facet.js';
import type { LayerPlan } from './cache-layers.js';
import type { ContextSettings } from './cells.js';
import { countOf, product, thousands } from './formula.js';
import { emptyPart, type MemoryPart } from './memory-part.js';
import type { ModelNumbers } from './model-numbers.js';

const FLOAT_BYTES = 4;

/** Sizes of one layer's rolling window and state for one sequence, each with its formula. */
interface StateSize {
  rolling: number;
  state: number;
  formulas: readonly string[];
  keys: readonly string[];
}

/** Empty for an architecture without recurrent layers. */
export function recurrentState(
  rule: StateRule | undefined,
  plan: LayerPlan,
  settings: ContextSettings,
  numbers: ModelNumbers,
): MemoryPart[] {
  const layers = plan.layers.filter(({ recurrent }) => recurrent).map(({ index }) => index);
  if (rule === undefined || layers.length === 0) return [];
  const size = SIZES[rule.kind]((key) => numbers.number(key) ?? 0, plan);
  const copies = settings.sequences * (rule.snapshots ? 1 + settings.stateSnapshots : 1);
  const part = (
    of: readonly number[],
    tensors: readonly number[],
    formulas: readonly string[],
    keys: readonly string[],
  ) => {
    const stateBytes = tensors.reduce((sum, elements) => sum + of.length * aligned(elements * copies * FLOAT_BYTES), 0);
    return {
      ...emptyPart('recurrent-state', of),
      copies,
      stateBytes,
      bytes: stateBytes,
      formula: product(
        countOf(of.length, 'layer'),
        formulas.length > 1 ? `(${formulas.join(' + ')})` : (formulas[0] ?? '0'),
        copies === 1 ? '' : countOf(copies, settings.stateSnapshots > 0 ? 'state' : 'sequence'),
        `${FLOAT_BYTES} bytes`,
      ),
      keys: numbers.present(keys),
    };
  };
  const parts = [part(layers, [size.rolling, size.state], size.formulas, [...plan.keys, ...size.keys])];
  const listed = rule.ngrams ? numbers.list('ple.layers') : null;
  const ngramLayers = layers.filter((layer) => listed?.includes(layer));
  if (ngramLayers.length > 0) {
    const { inputs, formula, keys } = ngramInputs((key) => numbers.number(key) ?? 0);
    parts.push(part(ngramLayers, [inputs], [formula], keys));
  }
  return parts;
}

/** The past inputs of a convolution over n-gram embeddings: for each kernel step the n-gram size in tokens, in every stream. */
function ngramInputs(number: Numbers): { inputs: number; formula: string; keys: readonly string[] } {
  const steps = Math.max(0, number('ple.conv_kernel') - 1);
  const tokens = number('ple.ngram_size');
  const streams = number('hyper_connection.count');
  const embedding = number('embedding_length');
  return {
    inputs: steps * tokens * streams * embedding,
    formula: `${steps} × ${countOf(tokens, 'token')} × ${countOf(streams, 'stream')} × ${thousands(embedding)}`,
    keys: ['ple.layers', 'ple.conv_kernel', 'ple.ngram_size', 'hyper_connection.count', 'embedding_length'],
  };
}

/** ggml aligns each tensor of a buffer to a multiple of this (TENSOR_ALIGNMENT of its CPU backend). */
const TENSOR_ALIGNMENT = 32;

export function aligned(bytes: number): number {
  return Math.ceil(bytes / TENSOR_ALIGNMENT) * TENSOR_ALIGNMENT;
}

type Numbers = (key: string) => number;

const SIZES: Readonly<Record<StateRule['kind'], (number: Numbers, plan: LayerPlan) => StateSize>> = {
  mamba: (number) => stateSpace(number, 0),
  'mamba-2': (number) => stateSpace(number, number('ssm.group_count')),
  rwkv(number) {
    const embedding = number('embedding_length');
    const head = number('wkv.head_size');
    // If the file does not state the number: two token shifts, of attention and of the feed-forward network.
    const shifts = number('token_shift_count') || 2;
    return {
      rolling: shifts * embedding,
      state: embedding * head,
      formulas: [`${shifts} × ${thousands(embedding)}`, `${thousands(embedding)} × ${head}`],
      keys: ['embedding_length', 'wkv.head_size', 'token_shift_count'],
    };
  },
  'short-convolution'(number) {
    const embedding = number('embedding_length');
    const inputs = Math.max(0, number('shortconv.l_cache') - 1);
    return {
      rolling: inputs * embedding,
      state: 0,
      formulas: [`${inputs} × ${thousands(embedding)}`],
      keys: ['embedding_length', 'shortconv.l_cache'],
    };
  },
  'delta-rule'(number, { firstHeads }) {
    const head = number('kda.head_dim');
    const inputs = (number('ssm.conv_kernel') || 4) - 1;
    const heads = countOf(firstHeads, 'head');
    return {
      rolling: 3 * inputs * firstHeads * head,
      state: head * head * firstHeads,
      formulas: [`3 × ${inputs} × ${heads} × ${head}`, `${heads} × ${head} × ${head}`],
      keys: ['kda.head_dim', 'ssm.conv_kernel'],
    };
  },
  lightning(_, { firstHeads, layers }) {
    const head = layers[0]?.keyLength ?? 0;
    return {
      rolling: 0,
      state: head * head * firstHeads,
      formulas: [`${countOf(firstHeads, 'head')} × ${head} × ${head}`],
      keys: ['attention.key_length'],
    };
  },
};

/** Mamba: a short convolution over the inputs, and a state for each channel. */
function stateSpace(number: Numbers, groups: number): StateSize {
  const inputs = Math.max(0, number('ssm.conv_kernel') - 1);
  const inner = number('ssm.inner_size');
  const state = number('ssm.state_size');
  const channels = inner + 2 * groups * state;
  const widths = groups > 0 ? `(${thousands(inner)} + 2 × ${groups} × ${state})` : thousands(inner);
  return {
    rolling: inputs * channels,
    state: state * inner,
    formulas: [`${inputs} × ${widths}`, `${thousands(inner)} × ${state}`],
    keys: ['ssm.conv_kernel', 'ssm.inner_size', 'ssm.state_size', ...(groups > 0 ? ['ssm.group_count'] : [])],
  };
}
