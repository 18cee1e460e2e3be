/**
 * Which angles a layer rotates queries and keys by: base, scaling and factors, as llama.cpp takes them from the metadata. Linear
 * scaling divides positions by a factor; YaRN (https://arxiv.org/abs/2309.00071) does so for slow rotations only; LongRoPE and
 * Llama 3 have a factor for each pair of numbers in a tensor.
 */

import type { ReadableData } from '../tensor-data/tensor-data.js';
import type { RopePairs } from './computed-architectures.js';
import type { Numbers } from './config.js';
import { TraceError } from './inference-error.js';
import type { StoredTensors } from './stored-tensors.js';

export interface RopePlan {
  pairs: RopePairs;
  /** Numbers of each head that are rotated, two by two; the others stay. */
  dimensions: number;
  base: number;
  /** Factor on positions: 1 ÷ the scaling factor. */
  positionScale: number;
  /** Of YaRN: how much fast rotations stay as trained (0: no YaRN), and between which pairs the transition is. */
  extrapolation: number;
  transition: readonly [low: number, high: number];
  /** Factor on what is rotated. */
  magnitude: number;
  /** Divisors of the angle of each pair. */
  factors: ReadableData | null;
}

/** Throws TraceError for numbers that cannot be rotated by. */
export function ropeOf(numbers: Numbers, tensors: StoredTensors, headLength: number, local: boolean): RopePlan {
  const { architecture, hyperparameters } = numbers;
  const dimensions = numbers.count('rope.dimension_count') ?? headLength;
  if (dimensions > headLength || dimensions % 2 !== 0) {
    throw new TraceError('missing-number', `${dimensions} numbers of a head of ${headLength} cannot be rotated`);
  }
  const globalBase = numbers.float('rope.freq_base') ?? 10_000;
  const localBase = architecture.window?.ropeBase ?? 'global';
  const ownBase = numbers.float('rope.freq_base_swa') ?? (localBase === 'global' ? globalBase : localBase);
  const base = local ? ownBase : globalBase;
  if (!(base > 0)) throw new TraceError('missing-number', `${base} is no base of rotations`);
  const factor = numbers.float('rope.scaling.factor') ?? numbers.float('rope.scale_linear') ?? 0;
  const unscaled = numbers.text('rope.scaling.type') === 'none';
  // Where the local layers have a base of their own, they were not stretched (Gemma 3).
  const stretched = factor > 0 && !unscaled && !(local && localBase !== 'global');
  const positionScale = stretched ? 1 / factor : 1;
  const originalContext = numbers.count('rope.scaling.original_context_length') ?? hyperparameters.contextLength ?? 0;
  const yarn = yarnOf(numbers, positionScale);
  return {
    pairs: architecture.rope ?? 'norm',
    ...{ dimensions, base, positionScale, ...yarn },
    transition: transitionOf(numbers, dimensions, base, originalContext),
    factors: factorsOf(numbers, tensors, dimensions / 2, originalContext),
  };
}

/** llama.cpp makes a context a multiple of this. */
const CONTEXT_STEP = 256;

/**
 * Of two lists that for long contexts holds where the context is longer than the original one, however short the prompt is; the
 * context is taken to be the one that the model was trained for.
 */
function factorsOf(numbers: Numbers, tensors: StoredTensors, pairs: number, original: number): ReadableData | null {
  const { ropeFactors } = numbers.architecture;
  if (ropeFactors === undefined) return null;
  const two = ropeFactors === 'short-and-long' || numbers.text('rope.scaling.type') === 'longrope';
  if (!two) return tensors.vectorOrNull('rope_freqs.weight', pairs);
  const context = Math.ceil((numbers.hyperparameters.contextLength ?? 0) / CONTEXT_STEP) * CONTEXT_STEP;
  return tensors.vectorOrNull(`rope_factors_${context > original ? 'long' : 'short'}.weight`, pairs);
}

/** YaRN's mix and the factor on what is rotated (llama_context: what yarn_attn_factor becomes). */
function yarnOf(numbers: Numbers, positionScale: number): { extrapolation: number; magnitude: number } {
  const own = numbers.float('rope.scaling.attn_factor') ?? 1;
  const asked = numbers.float('rope.scaling.yarn_ext_factor') ?? -1;
  const extrapolation = asked >= 0 ? asked : numbers.text('rope.scaling.type') === 'yarn' ? 1 : 0;
  if (extrapolation === 0)
    return { extrapolation, magnitude: own * (numbers.float('rope.scaling.yarn_attn_factor') ?? 1) };
  const growth = (scale: number, by: number) => (scale <= 1 ? 1 : 0.1 * by * Math.log(scale) + 1);
  const logarithm = numbers.float('rope.scaling.yarn_log_multiplier') ?? 0;
  const grown = growth(1 / positionScale, 1);
  return { extrapolation, magnitude: own * (logarithm === 0 ? grown : grown / growth(1 / positionScale, logarithm)) };
}

/** The pairs between which YaRN goes from rotations that stay to rotations that are stretched (ggml_rope_yarn_corr_dims). */
function transitionOf(numbers: Numbers, dimensions: number, base: number, context: number): [number, number] {
  const pairAt = (turns: number) => (dimensions * Math.log(context / (turns * 2 * Math.PI))) / (2 * Math.log(base));
  const low = Math.floor(pairAt(numbers.float('rope.scaling.yarn_beta_fast') ?? 32));
  const high = Math.ceil(pairAt(numbers.float('rope.scaling.yarn_beta_slow') ?? 1));
  return [Math.max(0, low), Math.min(dimensions - 1, high)];
}
