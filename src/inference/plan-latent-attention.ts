/** Plans latent attention of a layer: the matrices to and from the short vectors, and what a head reads. */

import type { LatentAttention } from '../architectures/forward.js';
import { atLayer } from '../model/hyperparameters.js';
import { TraceError } from './inference-error.js';
import { MOST_HEADS, MOST_WIDTH } from './model-numbers.js';
import type { AttentionPlan, LatentPlan, LayerPlan, NormPlan, Projection, WindowPlan } from './plan.js';
import { planIndexer } from './plan-indexer.js';
import { type Planner, ruled } from './planner.js';
import { ropeOf } from './rope-plan.js';

/** The parts that all softmax attention has. */
interface Common {
  norm: NormPlan | null;
  window: WindowPlan | null;
  gateOf(heads: { count: number; valueLength: number }): AttentionPlan['gate'];
}

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planLatent(
  planner: Planner,
  { layer, view }: LayerPlan,
  block: LatentAttention,
  { norm, window, gateOf }: Common,
): AttentionPlan {
  const { numbers, tensors } = planner;
  const { embedding, hyperparameters } = numbers;
  const name = (part: string) => planner.name(layer, `attn_${part}`);
  const count = planner.length('attention.head_count', atLayer(hyperparameters.headCount, layer), MOST_HEADS);
  const { rank, key, value, rotated, plain } = lengthsOf(planner, view);
  const absorbed = !tensors.has(`${name('kv_b')}.weight`);
  const rotation = ruled(block.rotation, view) ?? null;
  const latent: LatentPlan = {
    ...queryLatent(planner, name),
    ...{ rank, plain, rotated },
    norm: planner.norm(name('kv_a_norm'), rank, { kind: 'rms' }),
    rotatedNorm: planner.normStored(name('k_norm')) ? planner.norm(name('k_norm'), rotated, { kind: 'rms' }) : null,
    queryToLatent: absorbed ? eachHead(planner, name('k_b'), { length: plain, rows: rank, count }) : null,
    latentToValue: absorbed ? eachHead(planner, name('v_b'), { length: rank, rows: value, count }) : null,
  };
  const down = latent.queryDown;
  const indexer = ruled(block.indexer, view) ?? null;
  return {
    ...{ layer, norm, window, latent, sees: 'earlier', keysOf: null },
    ...{ crosses: false, distanceBias: null },
    heads: absorbed
      ? { count, countKv: 1, length: rank + rotated, valueLength: rank }
      : { count, countKv: count, length: key, valueLength: value },
    query: planner.projection(name(down === null ? 'q' : 'q_b'), down?.rows ?? embedding, { rows: count * key }),
    key: planner.projection(name('kv_a_mqa'), embedding, { rows: rank + rotated }),
    value: absorbed ? null : planner.projection(name('kv_b'), rank, { rows: count * (plain + value) }),
    ...{ queryNorm: null, keyNorm: null, normBehindRotation: false, valueNorm: null },
    rope: rotation === null ? null : ropeOf(numbers, tensors, { rotation, view, headLength: rotated }),
    scale: ruled(block.scale, view) ?? 1 / Math.sqrt(key),
    temperature: block.temperature?.(view) ?? null,
    ...{ cap: null, slopes: null, clamp: null, gateThrough: 'sigmoid', valueScale: 1, innerNorm: null },
    sinks: tensors.vectorOrNull(`${name('sinks')}.weight`, count),
    gate: gateOf({ count, valueLength: value }),
    output: planner.projection(name('output'), count * value, { rows: embedding }),
    compressed: null,
    blockIndexer: null,
    indexer: indexer === null ? null : planIndexer(planner, { layer, view }, indexer, down),
  };
}

/** The length of the short vector, the key and value lengths of a head as if each head had its own, and the rotated part of the key. */
function lengthsOf(planner: Planner, view: LayerPlan['view']) {
  const { keyLength, valueLength } = planner.numbers.hyperparameters;
  const own = (key: string, full: number | null) => {
    const sliding = view.slides ? view.number(`${key}_swa`) : undefined;
    return planner.length(key, (sliding ?? view.number(key)) || full, MOST_WIDTH);
  };
  const rank = own('attention.kv_lora_rank', null);
  const [key, value] = [own('attention.key_length_mla', keyLength), own('attention.value_length_mla', valueLength)];
  const rotated = planner.length('rope.dimension_count', view.number('rope.dimension_count'), MOST_WIDTH);
  if (rotated >= key) {
    throw new TraceError('missing-number', `${rotated} rotated numbers do not fit into a key of ${key}`);
  }
  return { rank, key, value, rotated, plain: key - rotated };
}

function queryLatent(planner: Planner, name: (part: string) => string): Pick<LatentPlan, 'queryDown' | 'queryNorm'> {
  const { embedding } = planner.numbers;
  if (!planner.tensors.has(`${name('q_a')}.weight`)) return { queryDown: null, queryNorm: null };
  const rows = planner.rowsOf(name('q_a'), embedding);
  return {
    queryDown: planner.projection(name('q_a'), embedding, { rows }),
    queryNorm: planner.norm(name('q_a_norm'), rows, { kind: 'rms' }),
  };
}

/** The matrices of all heads, which are stored in one tensor one after the other. */
function eachHead(
  { tensors }: Planner,
  name: string,
  { length, rows, count }: { length: number; rows: number; count: number },
): Projection[] {
  const matrix = tensors.experts(`${name}.weight`, length, rows, count);
  return Array.from({ length: count }, (_, head) => ({ matrix, first: head * rows, rows, scale: null, bias: null }));
}
