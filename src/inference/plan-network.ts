/** Plans the network that every token goes through: gate, up and down; gate and up may be one joint matrix. */

import type { Activation, FeedForward } from '../architectures/forward.js';
import { atLayer } from '../model/hyperparameters.js';
import { MOST_WIDTH } from './model-numbers.js';
import type { LayerPlan, NetworkPlan, Projection } from './plan.js';
import { type Planner, ruled } from './planner.js';

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planNetwork(planner: Planner, { layer, view }: LayerPlan, block: FeedForward): NetworkPlan {
  const { numbers, tensors } = planner;
  const { embedding, hyperparameters } = numbers;
  const name = (part: string) => planner.name(layer, `ffn_${part}`);
  const stated = ruled(block.length, view) ?? atLayer(hyperparameters.feedForwardLength, layer);
  const width = planner.length('feed_forward_length', stated, MOST_WIDTH);
  const norm = block.innerNorm === undefined ? null : planner.name(layer, block.innerNorm);
  const pair = pairOf(planner, name, { rows: width, inUp: ruled(block.gateInUp, view) === true });
  const down = planner.projection(name('down'), width, { rows: embedding });
  const bare = <T extends Projection | null>(one: T): T => (block.ignoresBiases && one ? { ...one, bias: null } : one);
  return {
    ...{ gate: bare(pair.gate), up: bare(pair.up) },
    activation: ruled(block.activation, view) as Activation,
    clamp: ruled(block.clamp, view) ?? null,
    gateThreshold: ruled(block.gateThreshold, view) ?? null,
    innerNorm: norm === null || !tensors.has(`${norm}.weight`) ? null : planner.norm(norm, width),
    divisor: block.divisor === undefined ? null : planner.vectorOrNull(layer, block.divisor, width),
    down: bare({ ...down, scaleBehindBias: true }),
  };
}

/** Gate and up, stored as two matrices or one; no gate if none is stored. */
function pairOf(
  planner: Planner,
  name: (part: string) => string,
  { rows, inUp }: { rows: number; inUp: boolean },
): Pick<NetworkPlan, 'gate' | 'up'> {
  const { embedding } = planner.numbers;
  const behind = { scaleBehindBias: true } as const;
  if (inUp) {
    const half = (first: number): Projection => ({
      ...planner.projection(name('up'), embedding, { first, rows, of: 2 * rows }),
      ...behind,
    });
    return { gate: half(0), up: half(rows) };
  }
  const gate = planner.projectionOrNull(name('gate'), embedding, rows);
  return {
    gate: gate && { ...gate, ...behind },
    up: { ...planner.projection(name('up'), embedding, { rows }), ...behind },
  };
}
