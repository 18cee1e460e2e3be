/** Plans attention with a window and entries that stand for several tokens. */

import type { CompressedAttention, Entries } from '../architectures/forward.js';
import { TraceError } from './inference-error.js';
import { headsOf, MOST_HEADS, MOST_WIDTH, missing } from './model-numbers.js';
import type { AttentionPlan, EntriesPlan, EntryIndexerPlan, LayerPlan, NormPlan, Projection } from './plan.js';
import { indexerLengths } from './plan-indexer.js';
import { type Planner, ruled } from './planner.js';
import { type RotationOf, ropeOf } from './rope-plan.js';

/** Throws TraceError where a tensor or number is missing or does not fit. `norm` is the branch's norm. */
export function planCompressed(
  planner: Planner,
  { layer, view }: LayerPlan,
  block: CompressedAttention,
  norm: NormPlan | null,
): AttentionPlan {
  const { numbers, tensors } = planner;
  const { embedding } = numbers;
  const name = (part: string) => planner.name(layer, `attn_${part}`);
  const { count, length } = headsOf(numbers, layer);
  const rank = planner.rowsOf(name('q_a'), embedding);
  const rotation = ruled(block.rotation, view) as RotationOf['rotation'];
  const told = ruled(block.entries, view);
  if (told === undefined) throw missing(`${numbers.name}.attention.compress_ratios`);
  const { groups, output } = outputOf(planner, layer, { count, length });
  const entries = told && planEntries(planner, { layer, view }, { rotation, ...told, length, name: 'attn_compressor' });
  return {
    ...{ layer, norm, sees: 'earlier', keysOf: null, crosses: false, distanceBias: null },
    heads: { count, countKv: 1, length, valueLength: length },
    query: planner.projection(name('q_b'), rank, { rows: count * length }),
    key: planner.projection(name('kv'), embedding, { rows: length }),
    value: null,
    queryNorm: { ...planner.norm('', length, { kind: 'rms', bare: true }), stretch: length },
    keyNorm: planner.norm(name('kv_a_norm'), length, { kind: 'rms' }),
    ...{ normBehindRotation: false, valueNorm: null },
    rope: ropeOf(numbers, tensors, { rotation, view, headLength: length }),
    scale: 1 / Math.sqrt(length),
    ...{ temperature: null, cap: null, slopes: null, clamp: null, valueScale: 1, innerNorm: null },
    window: view.slides ? { tokens: view.window, shape: 'behind' } : null,
    sinks: tensors.vectorOrNull(`${name('sinks')}.weight`, count),
    ...{ gate: null, gateThrough: 'sigmoid', output, latent: null, indexer: null, blockIndexer: null },
    compressed: {
      queryDown: planner.projection(name('q_a'), embedding, { rows: rank }),
      queryDownNorm: planner.norm(name('q_a_norm'), rank, { kind: 'rms' }),
      entries,
      indexer: told?.picked ? planEntryIndexer(planner, { layer, view }, { rotation, ...told, rank }) : null,
      groups,
    },
  };
}

/** One matrix for each group of heads, and the one that reads the results of all groups. */
function outputOf(
  planner: Planner,
  layer: number,
  { count, length }: { count: number; length: number },
): { groups: Projection[]; output: Projection } {
  const { numbers, tensors } = planner;
  const { number } = numbers.view(layer);
  const key = (name: string, most: number) => planner.length(name, number(name), most);
  const groups = key('attention.output_group_count', MOST_HEADS);
  const rows = key('attention.output_lora_rank', MOST_WIDTH);
  if (count % groups !== 0) {
    throw new TraceError('missing-number', `${count} heads cannot be divided evenly into ${groups} groups`);
  }
  const name = `${planner.name(layer, 'attn_output_a')}.weight`;
  const input = (count / groups) * length;
  // The groups' matrices are stored as a stack or as one matrix.
  const stacked = (tensors.dimensions(name)?.[2] ?? 1) > 1;
  const matrix = stacked ? tensors.experts(name, input, rows, groups) : tensors.matrix(name, input, groups * rows);
  return {
    groups: Array.from({ length: groups }, (_, i) => ({ matrix, first: i * rows, rows, scale: null, bias: null })),
    output: planner.projection(planner.name(layer, 'attn_output_b'), groups * rows, { rows: numbers.embedding }),
  };
}

type RotatedEntries = Omit<Entries, 'picked'> & Pick<RotationOf, 'rotation'>;

function planEntries(
  planner: Planner,
  { layer, view }: Pick<LayerPlan, 'layer' | 'view'>,
  { tokens, overlap, rotation, length, name: prefix }: RotatedEntries & { length: number; name: string },
): EntriesPlan {
  const { numbers, tensors } = planner;
  const name = (part: string) => planner.name(layer, `${prefix}_${part}`);
  const rows = overlap ? 2 * length : length;
  return {
    ...{ tokens, overlap, length },
    values: planner.projection(name('kv'), numbers.embedding, { rows }),
    scores: planner.projection(name('gate'), numbers.embedding, { rows }),
    places: tensors.matrix(`${name('ape')}.weight`, rows, tokens),
    norm: planner.norm(name('norm'), length, { kind: 'rms' }),
    rope: ropeOf(numbers, tensors, { rotation, view, headLength: length }),
  };
}

function planEntryIndexer(
  planner: Planner,
  { layer, view }: Pick<LayerPlan, 'layer' | 'view'>,
  { rank, ...entries }: RotatedEntries & { rank: number },
): EntryIndexerPlan {
  const { heads, length, top } = indexerLengths(planner, view);
  const name = (part: string) => planner.name(layer, `indexer.${part}`);
  return {
    ...{ heads, length, top },
    query: planner.projection(name('attn_q_b'), rank, { rows: heads * length }),
    weights: planner.projection(name('proj'), planner.numbers.embedding, { rows: heads }),
    entries: planEntries(planner, { layer, view }, { ...entries, length, name: 'indexer_compressor' }),
  };
}
