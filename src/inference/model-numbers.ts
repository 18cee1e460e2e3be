/**
 * The metadata numbers that the computation needs, checked: invalid lengths, or lengths beyond those of any model, are rejected here. The
 * keys and their defaults are those of llama.cpp's loader (load_hparams).
 */

import { isKnown } from '../architectures/architecture.js';
import { architectureOf, facetOf } from '../architectures/book.js';
import type { Forward, NormKind } from '../architectures/forward.js';
import type { LayerView } from '../architectures/layer-view.js';
import { type GgufFile, metadataValue } from '../gguf/decode.js';
import type { MetadataValue } from '../gguf/metadata.js';
import { type LayerPlan as CachePlan, passedLayers, planLayers } from '../memory/cache-layers.js';
import { indexedLayers } from '../memory/indexer-cache.js';
import { BLOCKS, layerView, type TrunkName } from '../memory/layer-views.js';
import { type ModelNumbers, modelNumbers } from '../memory/model-numbers.js';
import { atLayer, type Hyperparameters, readHyperparameters } from '../model/hyperparameters.js';
import { TraceError } from './inference-error.js';
import { type CyclesPlan, planCycles } from './plan-cycles.js';
import type { StoredTensors } from './stored-tensors.js';

/** Maximum length of a token's vector: ten times that of the widest known feed-forward network. */
export const MOST_WIDTH = 1024 * 1024;

const MOST_LAYERS = 4096;
export const MOST_HEADS = 4096;

const STREAMS_KEY = 'hyper_connection.count';

const EPSILON_KEYS: Readonly<Record<NormKind, string>> = {
  rms: 'attention.layer_norm_rms_epsilon',
  layer: 'attention.layer_norm_epsilon',
  l2: 'attention.layer_norm_rms_epsilon',
  group: 'attention.group_norm_epsilon',
  'group-of-all': 'attention.group_norm_epsilon',
};

/** The model's numbers and its description; for a model with several stacks of layers, those of one stack. */
export interface Numbers {
  name: string;
  /** The prefix of a layer's tensor names. */
  trunk: TrunkName;
  forward: Forward;
  hyperparameters: Hyperparameters;
  /** Number of layers that a token goes through. */
  layers: number;
  /** Number of layers in the metadata's lists: smaller than `layers` if layers run several times. */
  storedLayers: number;
  /** The block number in the tensor names of a layer; layers that run several times share one. */
  block(layer: number): number;
  /** How the model's stacks take turns, if they do. */
  cycles: CyclesPlan | null;
  embedding: number;
  /** Number of parallel residual streams; 1 in most models. */
  streams: number;
  /** The layer as seen by the rules of the description. */
  view(layer: number): LayerView;
  /** The integers of a list under a key, exact; undefined if there is no such list. */
  integers(key: string): readonly bigint[] | undefined;
  /** The epsilon of norms of this kind. Throws TraceError where the metadata has none. */
  epsilon(kind: NormKind): number;
  /** The numbers of the stack of layers before this one; null if there is none. */
  before: Numbers | null;
}

/** Throws TraceError for an architecture that cannot be computed, and for missing or impossible numbers. */
export function readNumbers(file: GgufFile, tensors: StoredTensors): Numbers {
  return numbersOf(file, tensors, forwardOf(readHyperparameters(file).architecture));
}

function numbersOf(file: GgufFile, tensors: StoredTensors, forward: Forward): Numbers {
  const hyperparameters = readHyperparameters(file);
  const name = hyperparameters.architecture as string;
  const { stack } = forward;
  const own = (key: string | undefined) =>
    key === undefined ? undefined : (modelNumbers(file)?.number(key) ?? undefined);
  const caches = cachesOf(file, tensors);
  // Either more layers than llama.cpp accepts, or none.
  if (caches === null) throw missing(`${name}.block_count`);
  const indexes = indexersOf(file, caches);
  // Layers for multi-token prediction are not run, even if they have caches like the others.
  const passed = passedLayers(caches, facetOf(name, 'cache'), modelNumbers(file) as ModelNumbers);
  const counted = own(stack?.count);
  const layers = within(
    name,
    counted === undefined ? 'block_count' : (stack?.count as string),
    counted ?? passed,
    MOST_LAYERS,
  );
  const embedding =
    stack?.width === undefined
      ? within(name, 'embedding_length', hyperparameters.embeddingLength, MOST_WIDTH)
      : within(name, stack.width, own(stack.width), MOST_WIDTH);
  const epsilon = (kind: NormKind) => {
    if (forward.epsilon !== undefined) return forward.epsilon;
    const stored = (of: NormKind) => metadataValue(file, `${name}.${EPSILON_KEYS[of]}`);
    const value = stored(kind) ?? (kind === 'rms' && forward.rmsEpsilonElse ? stored('layer') : undefined);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw missing(`${name}.${EPSILON_KEYS[kind]}`);
  };
  const storedLayers = counted ?? within(name, 'block_count', hyperparameters.blockCount, MOST_LAYERS);
  const trunk: TrunkName = stack === undefined ? BLOCKS : (layer) => `${stack.trunk}.${layer}.`;
  const cycles =
    forward.cycles === undefined
      ? null
      : planCycles(forward.cycles, layers, (key) => {
          const value = metadataValue(file, `${name}.${key}`);
          return within(name, key, typeof value === 'number' ? value : null, layers);
        });
  const block = cycles?.block ?? ((layer: number) => layer % storedLayers);
  const vocabulary = hyperparameters.vocabulary?.size ?? 0;
  const view = (layer: number) =>
    layerView(file, { tensors, caches, indexes, stored: storedLayers, block, vocabulary, trunk }, layer);
  const integers = (key: string) => integersOf(metadataValue(file, `${name}.${key}`));
  const streams =
    forward.streams === undefined
      ? 1
      : within(name, STREAMS_KEY, view(0).number(STREAMS_KEY), Math.floor(MOST_WIDTH / embedding));
  const before = forward.before === undefined ? null : numbersOf(file, tensors, forward.before.forward);
  const sizes = { layers, storedLayers, block, cycles, embedding, streams };
  return { name, trunk, forward, hyperparameters, ...sizes, view, epsilon, integers, before };
}

function integersOf(value: MetadataValue | undefined): bigint[] | undefined {
  if (typeof value !== 'object' || value.kind !== 'array') return undefined;
  const whole = value.items.map((item) =>
    typeof item === 'bigint' ? item : typeof item === 'number' && Number.isInteger(item) ? BigInt(item) : null,
  );
  return whole.every((item) => item !== null) ? whole : undefined;
}

/** The description of the architecture's forward pass. Throws TraceError if there is none. */
function forwardOf(name: string | null): Forward {
  const facet = architectureOf(name)?.forward;
  if (facet !== undefined && isKnown(facet)) return facet;
  const what =
    name === null ? 'a model that does not state its architecture' : `the architecture ${JSON.stringify(name)}`;
  throw new TraceError(
    'untraced-architecture',
    `${what} cannot be computed here${facet === undefined ? '' : `: ${facet.notKnown}`}`,
    'gguf-explain flow draws any model',
  );
}

/** The layers, and what each keeps of earlier tokens. */
function cachesOf(file: GgufFile, tensors: StoredTensors): CachePlan | null {
  const numbers = modelNumbers(file);
  const row = numbers && facetOf(numbers.architecture, 'cache');
  return row ? planLayers(row, numbers, (name) => tensors.has(name)) : null;
}

/** Which layers have their own indexer. */
function indexersOf(file: GgufFile, caches: CachePlan): (layer: number) => boolean {
  const numbers = modelNumbers(file);
  const rule = numbers && facetOf(numbers.architecture, 'cache')?.indexer;
  return rule ? indexedLayers(rule, caches, numbers) : () => false;
}

/** The heads of a layer and their lengths. */
export interface Heads {
  count: number;
  /** Number of KV heads; if it is smaller than `count`, equal groups of query heads share them. */
  countKv: number;
  /** Length of a head's query and key. */
  length: number;
  valueLength: number;
}

/** Throws TraceError where the numbers of the layer are missing or inconsistent. `lengths` replace the model's own. */
export function headsOf(numbers: Numbers, layer: number, lengths?: { key: number; value: number }): Heads {
  const { name, hyperparameters, view } = numbers;
  const { headCount, headCountKv, keyLength, valueLength } = hyperparameters;
  const count = within(name, 'attention.head_count', atLayer(headCount, layer % numbers.storedLayers), MOST_HEADS);
  const countKv = within(
    name,
    'attention.head_count_kv',
    atLayer(headCountKv, layer % numbers.storedLayers),
    MOST_HEADS,
  );
  if (count % countKv !== 0) {
    throw new TraceError('missing-number', `${count} query heads cannot be divided among ${countKv} KV heads`);
  }
  const { slides, number } = view(layer);
  const own = (what: 'key' | 'value', full: number | null) =>
    lengths?.[what] ?? (slides ? number(`attention.${what}_length_swa`) : undefined) ?? full;
  const length = within(name, 'attention.key_length', own('key', keyLength), MOST_WIDTH);
  return {
    count,
    countKv,
    length,
    valueLength: within(name, 'attention.value_length', own('value', valueLength), MOST_WIDTH),
  };
}

/** Returns an integer from 1 to `most`. Throws TraceError for any other value. */
export function within(name: string, key: string, value: number | null | undefined, most: number): number {
  if (value === null || value === undefined) throw missing(`${name}.${key}`);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new TraceError('missing-number', `${name}.${key} is ${value}; it must be 1 to ${most}`);
}

export function missing(key: string): TraceError {
  return new TraceError('missing-number', `the metadata has no usable ${key}, which the computation needs`);
}
