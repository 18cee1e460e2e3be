/**
 * One pass of a batch through a model, as llama.cpp reserves memory for it: the graph so far, the number of tokens, sequences and outputs,
 * the stored tensors, and the inputs, each created on first use.
 */

import type { GraphHabits } from '../../architectures/graph-habits.js';
import type { LayerView } from '../../architectures/layer-view.js';
import type { Model } from '../../model/model.js';
import type { CacheLayer, LayerPlan } from '../cache-layers.js';
import { type ContextSettings, windowCells } from '../cells.js';
import type { ModelNumbers } from '../model-numbers.js';
import { view } from './graph-nodes.js';
import { F16, F32, type Graph, type GraphTensor, I32, I64, inputTensor, storedTensor } from './graph-tensor.js';

export interface Pass {
  readonly model: Model;
  readonly graph: Graph;
  readonly habits: GraphHabits;
  readonly numbers: ModelNumbers;
  readonly settings: ContextSettings;
  readonly plan: LayerPlan;
  readonly embedding: number;
  readonly tokens: number;
  readonly sequences: number;
  /** Number of tokens whose scores are requested. */
  readonly outputs: number;
  /** Number of earlier states kept for each sequence, for models that can go back to them. */
  readonly snapshots: number;
  /** Number of parallel caches, one for each sequence that has its own. */
  readonly streams: number;
  /** Whether keys and values are kept from pass to pass. */
  readonly cached: boolean;
  /** Positions per token: four with M-RoPE. */
  readonly positionsEach: number;
  readonly inputs: Inputs;
  readonly carried: Carried;
  /** The layer as seen by the rules of a description. */
  at(layer: number): LayerView;
  /** A tensor of the file by its full name; undefined if it is not stored. */
  weight(name: string): GraphTensor | undefined;
  layer(layer: number): CacheLayer;
  /** The prefix of a layer's tensor names, without the dot; layers of a looping model share it. */
  block(layer: number): string;
}

/** What layers and blocks leave for later ones. */
export interface Carried {
  /** The layer being built. */
  layer?: number;
  /** The tokens that the last indexer picked; layers without an indexer reuse them. */
  picked?: GraphTensor;
  /** The values of the first layer (RWKV-7). */
  firstValue?: GraphTensor;
  /** The layers' own token embeddings, one slice for each layer. */
  layerEmbeddings?: GraphTensor;
  /** The residual streams that were put aside, concatenated (Kimi K3). */
  aside?: GraphTensor;
  /** What RWKV's blocks read of the previous token. */
  shift?: Shift;
}

/** What RWKV's blocks leave for later ones. */
export interface Shift {
  /** The states that hold the last token of each sequence as the blocks read it, one row for each block. */
  rows: GraphTensor;
  place: GraphTensor;
  /** The input of the first block. */
  read: GraphTensor;
}

/** The inputs, which are filled before a pass. Each is created once; only inputs that a node reads get memory. */
export interface Inputs {
  positions(): GraphTensor;
  /** The tokens whose scores are requested. */
  outputRows(): GraphTensor;
  /** Factors on the queries, one for each token. */
  temperature(): GraphTensor;
  /** The cells that each token sees, in layers with or without a window. */
  mask(slides: boolean): GraphTensor;
  /** The same for an indexer, regardless of attention. */
  indexerMask(): GraphTensor;
  indexerCells(): GraphTensor;
  /** The rotation that spreads out the numbers that an indexer compares. */
  indexerSpread(length: number): GraphTensor;
  /** The cells that keys and values of this batch go to. */
  keyCells(slides: boolean): GraphTensor;
  valueCells(slides: boolean): GraphTensor;
  /** Rotations that spread out the numbers of keys and values before they are quantized; undefined if none is used. */
  keySpread(slides: boolean): GraphTensor | undefined;
  valueSpread(slides: boolean): GraphTensor | undefined;
  /** The decay of a token's contribution, for attention without softmax. */
  fading(): { slopes: GraphTensor; query: GraphTensor; key: GraphTensor; between: GraphTensor };
  /** The states of the sequences of this batch, and of all others. */
  states(): { own: GraphTensor; others: GraphTensor };
}

export function cellsOf({ settings, plan }: Pass, slides: boolean): number {
  return slides ? windowCells(plan.window?.size ?? 0, settings) : settings.cells;
}

export function storedTensors(model: Model): (name: string) => GraphTensor | undefined {
  const infos = new Map(model.tensors.map((tensor) => [tensor.name, tensor]));
  const made = new Map<string, GraphTensor>();
  return (name) => {
    const known = made.get(name);
    if (known) return known;
    const info = infos.get(name);
    if (!info?.type) return undefined;
    const tensor = storedTensor(info.type, info.dimensions.map(Number), name);
    made.set(name, tensor);
    return tensor;
  };
}

export function inputsOf(pass: Omit<Pass, 'inputs'>): Inputs {
  const made = new Map<string, GraphTensor>();
  const once = (name: string, make: () => GraphTensor): GraphTensor => {
    const tensor = made.get(name) ?? make();
    made.set(name, tensor);
    return tensor;
  };
  const { tokens, streams, settings, plan, sequences } = pass;
  const { flashAttention, keyType, valueType } = settings;
  const cellCount = (slides: boolean) => cellsOf(pass as Pass, slides);
  const widestValues = Math.max(0, ...plan.layers.map(({ headsKv, valueLength }) => headsKv * valueLength));
  return {
    positions: () => once('positions', () => inputTensor(I32, tokens * pass.positionsEach)),
    outputRows: () => once('outputs', () => inputTensor(I32, pass.outputs)),
    temperature: () => once('temperature', () => inputTensor(F32, 1, 1, tokens)),
    mask: (slides) =>
      once(`mask ${slides}`, () => {
        const type = flashAttention ? F16 : F32;
        if (!pass.cached) return inputTensor(type, tokens, tokens);
        return inputTensor(type, cellCount(slides), Math.floor(tokens / streams), 1, streams);
      }),
    indexerMask: () =>
      once('indexer mask', () => inputTensor(F16, settings.cells, Math.floor(tokens / streams), 1, streams)),
    indexerCells: () => once('indexer cells', () => inputTensor(I64, tokens)),
    indexerSpread: (length) => once('indexer spread', () => inputTensor(F32, spreadSide(length), spreadSide(length))),
    keyCells: (slides) => once(`keys ${slides}`, () => inputTensor(I64, tokens)),
    valueCells: (slides) =>
      once(`values ${slides}`, () => inputTensor(I64, flashAttention ? tokens : tokens * widestValues)),
    keySpread: (slides) => spread('keys', slides, keyType.blockElements > 1, ({ keyLength }) => keyLength),
    valueSpread: (slides) =>
      spread('values', slides, valueType.blockElements > 1 && !plan.latent, ({ valueLength }) => valueLength),
    fading: () => {
      const heads = pass.numbers.perLayer('attention.head_count', 1)?.[0] ?? 0;
      const each = tokens / sequences;
      return {
        slopes: once('slopes', () => inputTensor(F32, heads)),
        query: once('query decay', () => inputTensor(F32, 1, heads, each, sequences)),
        key: once('key decay', () => inputTensor(F32, 1, heads, each, sequences)),
        between: once('decay', () => inputTensor(F32, each, each, heads, sequences)),
      };
    },
    states: () => {
      const all = once('states', () => inputTensor(I32, sequences));
      return {
        own: once('own states', () => view(all, [sequences])),
        others: once('other states', () => view(all, [0])),
      };
    },
  };

  /** A Hadamard matrix, if the format has blocks and all heads of a cache have the same length, a multiple of 64. */
  function spread(
    of: 'keys' | 'values',
    slides: boolean,
    blocks: boolean,
    length: (layer: CacheLayer) => number,
  ): GraphTensor | undefined {
    const [first] = plan.layers;
    if (!blocks || !first || length(first) % 64 !== 0) return undefined;
    const lengths = new Set(plan.layers.filter((each) => each.cached && each.slides === slides).map(length));
    const [only = 0] = lengths;
    if (lengths.size !== 1 || only === 0) return undefined;
    // Models that combine windows with recurrent layers do not use it.
    if (plan.window && plan.layers.some(({ recurrent }) => recurrent)) return undefined;
    const side = of === 'keys' ? spreadSide(only) : 64;
    return once(`${of} spread ${slides}`, () => inputTensor(F32, side, side));
  }
}

/** The largest power of two, at least 64, that divides the length of a key. */
function spreadSide(length: number): number {
  let side = 64;
  while (length % (side * 2) === 0) side *= 2;
  return side;
}
