/**
 * The buffers for computing one batch. If the book of architectures describes the forward pass, they are exactly what llama.cpp reserves in
 * system RAM, computed from its graph and the rules of its allocator (graph/); otherwise an estimate.
 */

import { facetOf } from '../architectures/book.js';
import { MAX_MEMORY_BYTES } from '../gguf/limits.js';
import type { Model } from '../model/model.js';
import type { ContextOptions } from './cells.js';
import { type ComputeStep, estimatedBuffers } from './estimated-buffers.js';
import { bytesOfNumber, countOf, thousands } from './formula.js';
import { heldWhenFullest, reserve } from './graph/allocator.js';
import { type FlatGraph, flatten } from './graph/flat-graph.js';
import { type GraphTensor, UnfitTensors } from './graph/graph-tensor.js';
import { reservedGraph } from './graph/reserved-graph.js';
import { type Run, runOf } from './run.js';

export interface ComputeBuffers {
  bytes: number;
  /** The step that needs the most memory. */
  step: ComputeStep;
  /** How the bytes are computed: `512 tokens × (…) bytes`, or what was replayed. */
  formula: string;
  /** `exact`: the bytes that llama.cpp reserves. `low`: an estimate. */
  confidence: 'exact' | 'low';
}

/** The buffers for one batch of `ubatch` tokens. Null if the metadata lacks needed numbers, or they are unreasonable. */
export function computeBuffers(model: Model, options: ContextOptions = {}): ComputeBuffers | null {
  const run = runOf(model, options);
  if (!run?.numbers.number('embedding_length')) return null;
  const buffers = exactBuffers(model, run) ?? { ...estimatedBuffers(model, run), confidence: 'low' as const };
  return buffers.bytes <= MAX_MEMORY_BYTES ? buffers : null;
}

/** Null if the book does not describe the forward pass, or the file does not match the description. */
function exactBuffers(model: Model, run: Run): ComputeBuffers | null {
  const graph = graphOf(model, run);
  if (graph === null) return null;
  const { bytes, fullestAt } = reserve(graph);
  const { cells, copies, ubatch } = run.settings;
  const tokens = countOf(Math.min(cells * copies, ubatch), 'token');
  const operations = countOf(graph.nodes.length, 'operation');
  return {
    bytes,
    step: stepOf(fullestAt),
    formula: `${operations} on ${tokens}, allocated as in llama.cpp`,
    confidence: 'exact',
  };
}

/** Graphs by model and settings: the same graph is needed for every placement that is tried. */
const graphs = new WeakMap<Model, Map<string, FlatGraph | null>>();
/** A table of contexts needs this many at a time. */
const MOST_GRAPHS = 4;

/** The graph of one batch. Null if the book does not describe the forward pass, or the file does not match the description. */
export function graphOf(model: Model, { row: cache, numbers, settings, plan }: Run): FlatGraph | null {
  const forward = facetOf(numbers.architecture, 'forward');
  if (forward === null) return null;
  const ofModel = graphs.get(model) ?? new Map<string, FlatGraph | null>();
  graphs.set(model, ofModel);
  const key = JSON.stringify({ ...settings, keyType: settings.keyType.name, valueType: settings.valueType.name });
  const known = ofModel.get(key);
  if (known !== undefined) return known;
  let graph: FlatGraph | null = null;
  try {
    graph = flatten(reservedGraph({ model, forward, cache, numbers, settings, plan }));
  } catch (error) {
    if (!(error instanceof UnfitTensors)) throw error;
  }
  const [oldest] = ofModel.keys();
  if (ofModel.size >= MOST_GRAPHS && oldest !== undefined) ofModel.delete(oldest);
  ofModel.set(key, graph);
  return graph;
}

const STEPS: readonly [RegExp, ComputeStep][] = [
  [/^(output|token_embd|cls)/, 'output'],
  [/^blk\.\d+\.(ffn|exp)/, 'feed-forward'],
  [/^blk\.\d+\.(ssm|shortconv|time_mix|channel_mix)/, 'recurrent block'],
];

/** The step that an operation belongs to, by the first weight found among its inputs. */
function stepOf(tensor: GraphTensor | null): ComputeStep {
  for (let at = tensor; at !== null; at = at.sources.find((source) => !source.stored && source !== at) ?? null) {
    const weight = at.sources.find(({ name }) => name !== undefined)?.name;
    if (weight !== undefined) return STEPS.find(([pattern]) => pattern.test(weight))?.[1] ?? 'attention';
  }
  return 'attention';
}

/** One part of the buffers at the moment when they are fullest. */
export interface ComputePart {
  /**
   * The weight that it is computed with (such as `output.weight`) or ggml's name of the operation; `input`; or `gaps` for unused space in
   * between.
   */
  what: string;
  bytes: number;
  /** `2 × 4,096 × 512 × 4 bytes`; empty for gaps. */
  formula: string;
}

/** The parts of the buffers, largest first, with equal parts combined. Null if the buffers are an estimate or unknown. */
export function computeParts(model: Model, options: ContextOptions): ComputePart[] | null {
  const run = runOf(model, options);
  const graph = run?.numbers.number('embedding_length') ? graphOf(model, run) : null;
  if (graph === null) return null;
  const groups = new Map<string, { what: string; formula: string; bytes: number; count: number }>();
  for (const { tensor, bytes } of heldWhenFullest(graph)) {
    const what = partName(tensor);
    const formula = `${numbersOf(tensor)} × ${bytesOfNumber(tensor.type)} bytes`;
    const group = groups.get(what + formula) ?? { what, formula, bytes: 0, count: 0 };
    group.bytes += bytes;
    group.count++;
    groups.set(what + formula, group);
  }
  const parts = [...groups.values()]
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ what, formula, bytes, count }) => ({
      what,
      bytes,
      formula: count === 1 ? formula : `${count} × ${formula}`,
    }));
  const gaps = reserve(graph).bytes - parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return gaps > 0 ? [...parts, { what: 'gaps', bytes: gaps, formula: '' }] : parts;
}

function partName(tensor: GraphTensor): string {
  if (tensor.input || tensor.operation === 'NONE') return 'input';
  const weight = tensor.sources.find(({ name }) => name !== undefined)?.name;
  return weight?.replace(/^blk\.\d+\./, '') ?? tensor.operation.toLowerCase();
}

function numbersOf({ shape }: GraphTensor): string {
  const lengths = shape.filter((length) => length > 1);
  return lengths.length === 0 ? '1' : lengths.map(thousands).join(' × ');
}
