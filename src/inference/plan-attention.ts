/** Plans softmax attention of a layer: heads, matrices, norms, rotation and what a token sees. */

import type { Attention, Block, CompressedAttention, HeadNorm, LatentAttention } from '../architectures/forward.js';
import { planBlockIndexer } from './block-indexer.js';
import { TraceError } from './inference-error.js';
import { type Heads, headsOf, MOST_WIDTH } from './model-numbers.js';
import type { AttentionPlan, LayerPlan, NormPlan, Projection, WindowPlan } from './plan.js';
import { planCompressed } from './plan-compressed-attention.js';
import { planLatent } from './plan-latent-attention.js';
import { type Planner, ruled } from './planner.js';
import { ropeOf } from './rope-plan.js';

export type SoftmaxBlock = Attention | LatentAttention | CompressedAttention;

export function attends(block: Block): block is SoftmaxBlock {
  return block.kind === 'attention' || block.kind === 'latent-attention' || block.kind === 'compressed-attention';
}

/** Throws TraceError where a tensor or number is missing or does not fit. `norm` is the branch's norm. */
export function planAttention(
  planner: Planner,
  plan: LayerPlan,
  block: SoftmaxBlock,
  norm: NormPlan | null,
): AttentionPlan {
  const { layer, view } = plan;
  if (block.kind === 'latent-attention') {
    const window = windowOf(block, view.slides ? view.window : null, ruled(block.window, view));
    return planLatent(planner, plan, block, { norm, window, gateOf: (heads) => gateOf(planner, layer, block, heads) });
  }
  if (block.kind === 'compressed-attention') return planCompressed(planner, plan, block, norm);
  const { numbers, tensors } = planner;
  const { embedding } = numbers;
  const prefix = block.names ?? 'attn';
  const name = (part: string) => planner.name(layer, `${prefix}_${part}`);
  const heads = block.oneHead
    ? { count: 1, countKv: 1, length: embedding, valueLength: embedding }
    : headsOf(numbers, layer, ruled(block.headLengths, view));
  const inQuery = block.gate?.from === 'query';
  const widths = {
    q: heads.count * heads.length * (inQuery ? 2 : 1),
    k: heads.countKv * heads.length,
    v: heads.countKv * heads.valueLength,
  };
  for (const width of Object.values(widths)) planner.length('attention.head_count', width, MOST_WIDTH);
  const keysOf = ruled(block.keysOf, view) ?? null;
  const fused = tensors.has(`${name('qkv')}.weight`);
  const thirds = block.fusedParts === 'thirds';
  const own = widths.q + widths.k + widths.v;
  const together = block.fusedParts === undefined ? own : thirds ? 3 * widths.q : Math.max(own, 3 * embedding);
  // In a fixed layout, K and V begin where they would if Q had as many numbers as the embedding.
  const at = thirds ? { k: embedding, v: 2 * embedding } : { k: widths.q, v: widths.q + widths.k };
  const part = (own: 'q' | 'k' | 'v', first: number): Projection => {
    const rows = widths[own];
    if (block.convolutions) return planner.convolution(name(own), [1, embedding], rows);
    return fused
      ? {
          ...withOwnBias(planner, planner.projection(name('qkv'), embedding, { first, rows, of: together }), name, own),
          ...planner.adaptersOn(name(own), embedding, rows),
        }
      : planner.projection(name(own), embedding, { rows });
  };
  const lacksValue = block.valuesFromKeys === true && !fused && !tensors.has(`${name('v')}.weight`);
  const rotation = ruled(block.rotation, view) ?? null;
  const norms = ruled(block.headNorm, view) ?? null;
  const window = windowOf(block, view.slides ? view.window : null, ruled(block.window, view));
  const cap = ruled(block.cap, view) ?? 0;
  const clamp = ruled(block.clamp, view) ?? 0;
  const width = heads.count * heads.valueLength;
  const alibi = ruled(block.alibi, view) ?? 0;
  return {
    ...{ layer, heads, norm, keysOf },
    query: ruled(block.ignoresQueryBias, view) ? { ...part('q', 0), bias: null } : part('q', 0),
    key: keysOf === null ? part('k', at.k) : null,
    value: keysOf === null && !lacksValue ? part('v', at.v) : null,
    queryNorm: headNorm(planner, norms, name('q_norm'), heads.length, heads.count),
    keyNorm: keysOf === null ? headNorm(planner, norms, name('k_norm'), heads.length, heads.countKv) : null,
    normBehindRotation: norms?.place === 'behind-rotation',
    valueNorm: block.valueNorm === undefined ? null : bareNorm(planner, block.valueNorm, heads.valueLength),
    rope: rotation === null ? null : ropeOf(numbers, tensors, { rotation, view, headLength: heads.length }),
    scale: ruled(block.scale, view) ?? 1 / Math.sqrt(heads.length),
    temperature: block.temperature?.(view) ?? null,
    cap: cap === 0 ? null : cap,
    slopes: alibi === 0 ? null : slopesOf(heads.count, alibi),
    // Some embedding models are decoders that attend in both directions.
    sees: view.flag('attention.causal') === false ? 'all' : block.sees,
    crosses: block.keysFrom === 'encoder',
    distanceBias:
      block.distanceBias === undefined ? null : distanceBias(planner, plan, block.distanceBias, heads.count),
    window,
    clamp: clamp === 0 ? null : clamp,
    valueScale: ruled(block.valueScale, view) ?? 1,
    sinks: tensors.vectorOrNull(`${name('sinks')}.weight`, heads.count),
    gate: gateOf(planner, layer, block, heads),
    gateThrough: block.gate?.from === 'matrix' ? (block.gate.through ?? 'sigmoid') : 'sigmoid',
    innerNorm:
      block.innerNorm === undefined || !tensors.has(`${planner.name(layer, block.innerNorm)}.weight`)
        ? null
        : planner.norm(planner.name(layer, block.innerNorm), width),
    output: block.convolutions
      ? planner.convolution(name('output'), [1, width], embedding)
      : outputOf(planner, name(block.outputName ?? 'output'), width, block.ignoresOutputBias === true),
    ...{ latent: null, indexer: null, compressed: null },
    blockIndexer: block.blockIndexer === undefined ? null : planBlockIndexer(planner, plan, block.blockIndexer),
  };
}

/** The attention of a layer, even if another block precedes it; null if the layer has none. Throws TraceError. */
export function attentionPlan(planner: Planner, layer: number): AttentionPlan | null {
  const plan = planner.layer(layer);
  for (const { branch, first } of planner.branches(plan)) {
    if (!attends(branch.block)) continue;
    const norm = planner.branchNorm(plan, branch, first);
    return planAttention(planner, plan, branch.block, norm === 'before' ? null : norm);
  }
  return null;
}

/** A norm whose weight is shared by all heads, separate for each head, or over all heads together; the length of the weight shows which. */
function headNorm(
  { tensors, numbers }: Planner,
  wanted: HeadNorm | null,
  name: string,
  length: number,
  count: number,
): NormPlan | null {
  if (wanted === null) return null;
  const { kind, bare, epsilon = numbers.epsilon(kind) } = wanted;
  if (bare === 'both' || (bare === 'keys' && name.endsWith('k_norm'))) {
    return { kind, epsilon, weight: null, bias: null, stretch: length };
  }
  if (!tensors.has(`${name}.weight`)) return null;
  // A row of weights for each head, or one row for all heads together, whose numbers are then normalized together.
  const [row = 0, rows = 1] = tensors.dimensions(`${name}.weight`) ?? [];
  if (row === 1 && rows === count && length > 1) {
    const weight = tensors.vector(`${name}.weight`, count);
    return { ...{ kind, epsilon, weight }, bias: null, stretch: length, weightPerStretch: true };
  }
  const together = row !== length && rows === 1;
  const elements = row === length && rows === 1 ? length : length * count;
  return {
    ...{ kind, epsilon },
    weight: tensors.vector(`${name}.weight`, elements),
    bias: tensors.vectorOrNull(`${name}.bias`, elements),
    stretch: together ? elements : length,
  };
}

function bareNorm({ numbers }: Planner, kind: NormPlan['kind'], stretch: number): NormPlan {
  return { kind, epsilon: numbers.epsilon(kind), weight: null, bias: null, stretch };
}

function outputOf(planner: Planner, name: string, width: number, ignoresBias: boolean): Projection {
  const output = planner.projection(name, width, { rows: planner.numbers.embedding });
  return ignoresBias ? { ...output, bias: null } : output;
}

/** The parts of a joint matrix without a bias use the separate biases for Q, K and V if all three are stored. */
function withOwnBias(
  { tensors }: Planner,
  projection: Projection,
  name: (part: string) => string,
  own: 'q' | 'k' | 'v',
): Projection {
  if (projection.bias !== null || !['q', 'k', 'v'].every((one) => tensors.has(`${name(one)}.bias`))) return projection;
  return { ...projection, bias: tensors.vector(`${name(own)}.bias`, projection.rows), biasFirst: 0 };
}

/** The learned bias by distance: the layer's own table, or that of the first layer. */
function distanceBias(planner: Planner, { layer, view }: LayerPlan, tensor: string, heads: number) {
  const key = 'attention.relative_buckets_count';
  const buckets = planner.length(key, view.number(key), MOST_WIDTH);
  const at = view.stored(`${tensor}.weight`) ? layer : 0;
  return { table: planner.tensors.matrix(`${planner.name(at, tensor)}.weight`, heads, buckets), buckets };
}

/** The window stated by the facet `cache`, unless the block states another. */
function windowOf(
  block: Pick<Attention, 'window'>,
  tokens: number | null,
  own: WindowPlan | null | undefined,
): WindowPlan | null {
  if (block.window !== undefined) return own ?? null;
  return tokens === null ? null : { tokens, shape: 'behind' };
}

/** ALiBi slopes (https://arxiv.org/abs/2108.12409): powers of 2, with steps between them if the number of heads is not a power of 2. */
function slopesOf(heads: number, most: number): number[] {
  const whole = 2 ** Math.floor(Math.log2(heads));
  const [wide, narrow] = [2 ** (-most / whole), 2 ** (-most / 2 / whole)];
  return Array.from({ length: heads }, (_, head) =>
    head < whole ? wide ** (head + 1) : narrow ** (2 * (head - whole) + 1),
  );
}

/** A separate gate matrix has one row for each number of the heads, or one for each head. */
function gateOf(
  planner: Planner,
  layer: number,
  { gate }: Pick<Attention, 'gate'>,
  { count, valueLength }: Pick<Heads, 'count' | 'valueLength'>,
): AttentionPlan['gate'] {
  if (gate === undefined) return null;
  if (gate.from === 'query') return 'in-query';
  const { tensors, numbers } = planner;
  const name = planner.name(layer, gate.tensor);
  if (!tensors.has(`${name}.weight`)) return null;
  const rows = planner.rowsOf(name, numbers.embedding);
  if (rows !== count && rows !== count * valueLength) {
    throw new TraceError(
      'wrong-shape',
      `${name}.weight has ${rows} rows, and ${count} or ${count * valueLength} are needed`,
    );
  }
  return planner.projection(name, numbers.embedding, { rows });
}
