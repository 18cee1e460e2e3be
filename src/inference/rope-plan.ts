/**
 * The rotation angles of a layer's queries and keys: base, scaling and factors, read from the metadata as in llama.cpp. Linear scaling
 * divides positions by a factor; YaRN (https://arxiv.org/abs/2309.00071) does this only for slow rotations; LongRoPE and Llama 3 have a
 * tensor with a factor for each pair of numbers.
 */

import type { Rotation } from '../architectures/forward.js';
import type { LayerView } from '../architectures/layer-view.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { TraceError } from './inference-error.js';
import type { Numbers } from './model-numbers.js';
import type { StoredTensors } from './stored-tensors.js';

export interface RopePlan {
  pairs: Rotation['pairs'];
  /** How many numbers of each head are rotated, in pairs, and the index of the first; the others are not changed. */
  dimensions: number;
  first: number;
  base: number;
  /** Factor on positions: 1 ÷ the scaling factor. */
  positionScale: number;
  /** YaRN: how far fast rotations stay as trained (0: no YaRN), and the pairs between which the transition lies. */
  extrapolation: number;
  transition: readonly [low: number, high: number];
  /** Factor on the rotated numbers. */
  magnitude: number;
  /** Divisors of each pair's angle. */
  factors: ReadableData | null;
  /** Pairs that are not rotated at any position; null: all are rotated. */
  still: readonly boolean[] | null;
}

/** The rotation, its layer and the head length. */
export interface RotationOf {
  rotation: Rotation;
  view: LayerView;
  headLength: number;
}

/** Throws TraceError for metadata numbers that define no rotation. */
export function ropeOf(numbers: Numbers, tensors: StoredTensors, { rotation, view, headLength }: RotationOf): RopePlan {
  const { dimensions: said } = rotation;
  const dimensions = said === 'head' ? headLength : (said ?? turnedNumbers(numbers, view, headLength));
  if (dimensions > headLength || dimensions < 2 || dimensions % 2 !== 0) {
    throw new TraceError('missing-number', `${dimensions} numbers of a head of ${headLength} cannot be rotated`);
  }
  const base = baseOf(rotation, view);
  if (!(base > 0)) throw new TraceError('missing-number', `${base} is not a valid RoPE base`);
  const own = view.slides ? rotation.inWindow : undefined;
  const positionScale = own === undefined ? stretchOf(view, rotation) : own.stretched ? statedStretch(view) : 1;
  const original = view.number('rope.scaling.original_context_length') ?? numbers.hyperparameters.contextLength ?? 0;
  const yarn = rotation.plain ? { extrapolation: 0, magnitude: 1 } : yarnOf(view, rotation);
  if (rotation.keepsLength) yarn.magnitude = 1;
  return {
    pairs: rotation.pairs,
    first: rotation.turns === 'last' ? headLength - dimensions : 0,
    still: stillPairs(rotation, view, dimensions / 2),
    ...{ dimensions, base, positionScale, ...yarn },
    transition: transitionOf(view, rotation, { dimensions, base, context: original }),
    factors:
      rotation.factors === undefined
        ? null
        : factorsOf(numbers, tensors, { rotation, view, pairs: dimensions / 2, original }),
  };
}

/** llama.cpp's `n_rot`: the head length of the layers without a window, unless a key states another number. */
function turnedNumbers({ hyperparameters }: Numbers, view: LayerView, headLength: number): number {
  const full = view.number('rope.dimension_count') ?? hyperparameters.keyLength ?? headLength;
  return view.slides ? (view.number('rope.dimension_count_swa') ?? full) : full;
}

function baseOf({ base, inWindow }: Rotation, view: LayerView): number {
  if (base !== undefined) return base;
  const full = view.number('rope.freq_base') ?? 10_000;
  if (!view.slides || inWindow === undefined) return full;
  const stated = inWindow.readsKey ? view.number('rope.freq_base_swa') : undefined;
  return stated ?? (inWindow.base === 'model' ? full : inWindow.base);
}

/** The pairs of the fourth section, whose position is 0 for text (ggml_mrope_cache_init), so they are not rotated. */
function stillPairs({ sections: order }: Rotation, view: LayerView, pairs: number): boolean[] | null {
  const sections = order === undefined ? undefined : view.list('rope.dimension_sections');
  if (sections === undefined) return null;
  const [time = 0, height = 0, width = 0, extra = 0] = sections;
  const all = time + height + width + extra;
  if (!(all > 0 && all <= 2 * pairs)) {
    throw new TraceError('missing-number', `the RoPE sections ${sections.join(', ')} do not add up to ${pairs} pairs`);
  }
  return Array.from({ length: pairs }, (_, pair) => {
    const at = pair % all;
    return order === 'in-order' ? at >= time + height + width : at >= 3 * ([time, height, width][at % 3] as number);
  });
}

/** llama.cpp rounds the context up to a multiple of this. */
const CONTEXT_STEP = 256;

/**
 * The factors. If the file has a short and a long list, the long one applies when the context, not the prompt, is longer than the original
 * one; the context is assumed to be the trained one.
 */
function factorsOf(
  { hyperparameters }: Numbers,
  tensors: StoredTensors,
  { rotation, view, pairs, original }: { rotation: Rotation; view: LayerView; pairs: number; original: number },
): ReadableData | null {
  const two = rotation.factors === 'short-and-long' || view.text('rope.scaling.type') === 'longrope';
  // A list may have factors for more pairs than are rotated.
  const list = (name: string) => tensors.vectorOrNull(name, Math.max(pairs, tensors.elements(name) ?? 0));
  if (!two) return list('rope_freqs.weight');
  const context = Math.ceil((hyperparameters.contextLength ?? 0) / CONTEXT_STEP) * CONTEXT_STEP;
  return list(`rope_factors_${context > original ? 'long' : 'short'}.weight`);
}

/** 1 ÷ the scaling factor of positions. */
function statedStretch(view: LayerView): number {
  const factor = view.number('rope.scaling.factor') ?? view.number('rope.scale_linear') ?? 0;
  return factor > 0 ? 1 / factor : 1;
}

function stretchOf(view: LayerView, { plain }: Rotation): number {
  return plain || view.text('rope.scaling.type') === 'none' ? 1 : statedStretch(view);
}

const reads = ({ yarnKeys }: Rotation, key: NonNullable<Rotation['yarnKeys']>[number]) =>
  yarnKeys?.includes(key) ?? false;

/** YaRN's mix and the factor on the rotated numbers (llama_context computes it from yarn_attn_factor). */
function yarnOf(view: LayerView, rotation: Rotation): { extrapolation: number; magnitude: number } {
  const own = view.number('rope.scaling.attn_factor') ?? 1;
  const factor = (key: string) => (reads(rotation, 'factors') ? view.number(`rope.scaling.${key}`) : undefined);
  const asked = factor('yarn_ext_factor') ?? -1;
  const extrapolation = asked >= 0 ? asked : view.text('rope.scaling.type') === 'yarn' ? 1 : 0;
  if (extrapolation === 0) return { extrapolation, magnitude: own * (factor('yarn_attn_factor') ?? 1) };
  const scale = 1 / stretchOf(view, rotation);
  const growth = (by: number) => (scale <= 1 ? 1 : 0.1 * by * Math.log(scale) + 1);
  const both = reads(rotation, 'log-multiplier-both');
  const stated = view.number('rope.scaling.yarn_log_multiplier') ?? 0;
  const tenfold = both || reads(rotation, 'log-multiplier-tenfold');
  const logarithm = tenfold ? 10 * stated : reads(rotation, 'log-multiplier') ? stated : 0;
  if (logarithm === 0) return { extrapolation, magnitude: own * growth(1) };
  return { extrapolation, magnitude: (own * growth(both ? logarithm : 1)) / growth(logarithm) };
}

/** The pairs between which YaRN changes from unscaled to scaled rotations (ggml_rope_yarn_corr_dims). */
function transitionOf(
  view: LayerView,
  rotation: Rotation,
  { dimensions, base, context }: { dimensions: number; base: number; context: number },
): [number, number] {
  const turns = (key: string, otherwise: number) =>
    (reads(rotation, 'betas') ? view.number(`rope.scaling.${key}`) : undefined) ?? otherwise;
  const pairAt = (count: number) => (dimensions * Math.log(context / (count * 2 * Math.PI))) / (2 * Math.log(base));
  const low = Math.floor(pairAt(turns('yarn_beta_fast', rotation.betaFast ?? 32)));
  const high = Math.ceil(pairAt(turns('yarn_beta_slow', 1)));
  return [Math.max(0, low), Math.min(dimensions - 1, high)];
}
