/** Convolution networks, planned and computed. Audio decoders have them instead of attention and feed-forward networks. */

import type { ConvolutionBlock } from '../architectures/forward.js';
import { atLayer } from '../model/hyperparameters.js';
import { activate } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import { MOST_WIDTH } from './model-numbers.js';
import type { LayerPlan } from './plan.js';
import type { Planner } from './planner.js';
import { addTo, type Vectors, vectorAt } from './vectors.js';

/** Kernel sizes in tokens; the token itself is in the middle. */
const TAPS = { convolutions: 3, 'conv-next': 7 } as const;

/** Returns what the block adds. Throws TraceError where a tensor or number is missing or does not fit. */
export async function throughConvolutions(
  arithmetic: Arithmetic,
  planner: Planner,
  plan: LayerPlan,
  { kind }: ConvolutionBlock,
  input: Vectors,
): Promise<Vectors> {
  return kind === 'convolutions'
    ? twoConvolutions(arithmetic, planner, plan, input)
    : convNext(arithmetic, planner, plan, input);
}

async function twoConvolutions(arithmetic: Arithmetic, planner: Planner, { layer }: LayerPlan, input: Vectors) {
  const width = input.length;
  let result = input;
  for (const at of [1, 2]) {
    const normed = await arithmetic.normalized(result, planner.norm(planner.name(layer, `norm${at}`), width));
    activate('silu', null, normed.values);
    const kernel = planner.convolution(planner.name(layer, `conv${at}`), [TAPS.convolutions, width], width);
    result = await arithmetic.project(kernel, normed);
  }
  return result;
}

async function convNext(arithmetic: Arithmetic, planner: Planner, { layer }: LayerPlan, input: Vectors) {
  const name = (part: string) => planner.name(layer, part);
  const width = input.length;
  const between = planner.length(
    'feed_forward_length',
    atLayer(planner.numbers.hyperparameters.feedForwardLength, layer),
    MOST_WIDTH,
  );
  const kernel = planner.tensors.kernel(`${name('dw')}.weight`, TAPS['conv-next'], 1, width);
  const mixed = await arithmetic.convolvedEach({ matrix: kernel, taps: TAPS['conv-next'] }, input);
  const added = planner.tensors.vectorOrNull(`${name('dw')}.bias`, width);
  if (added !== null) {
    const bias = await arithmetic.vector(added);
    for (let t = 0; t < mixed.count; t++) addTo(vectorAt(mixed, t), bias);
  }
  const normed = await arithmetic.normalized(mixed, planner.norm(name('norm'), width));
  const up = await arithmetic.project(planner.projection(name('pw1'), width, { rows: between }), normed);
  activate('gelu', null, up.values);
  const result = await arithmetic.project(planner.projection(name('pw2'), between, { rows: width }), up);
  const gamma = await arithmetic.vector(planner.tensors.vector(`${name('gamma')}.weight`, width));
  for (let i = 0; i < result.values.length; i++) {
    result.values[i] = (result.values[i] as number) * (gamma[i % width] as number);
  }
  return result;
}
