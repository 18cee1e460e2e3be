/**
 * The numbers of the metadata that the computation needs, checked: lengths that are no lengths, or beyond what any model has, end
 * here. The keys, and what holds where one is absent, are those of llama.cpp's loader (load_hparams).
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

/** Longest vector of one token: ten times that of the widest feed-forward network. */
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

/** The model's numbers, with its description; of a model that has several stacks of layers those of one. */
export interface Numbers {
  name: string;
  /** What stands before the names of a layer's tensors. */
  trunk: TrunkName;
  forward: Forward;
  hyperparameters: Hyperparameters;
  /** Layers that a token goes through. */
  layers: number;
  /** Layers that the lists of the metadata have a number for: fewer where they run several times. */
  storedLayers: number;
  /** The block whose tensors a layer has: the same for layers that run several times. */
  block(layer: number): number;
  /** Where the stacks of the model run in turns. */
  cycles: CyclesPlan | null;
  embedding: number;
  /** Residual streams beside each other; 1 in most models. */
  streams: number;
  /** The layer as the rules of the description see it. */
  view(layer: number): LayerView;
  /** The whole numbers of a list under a key, exactly; undefined where there is no such list. */
  integers(key: string): readonly bigint[] | undefined;
  /** The small number in norms of a kind. Throws TraceError where the metadata has none. */
  epsilon(kind: NormKind): number;
  /** The same model with the stack of layers that comes before this one; null where there is none. */
  before: Numbers | null;
}

/** Throws TraceError for an architecture that is not computed, and for numbers that are absent or impossible. */
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
  // More layers than llama.cpp takes, or none.
  if (caches === null) throw missing(`${name}.block_count`);
  const indexes = indexersOf(file, caches);
  // Those for the prediction of further tokens are no part of the way, also where they have caches like the others.
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

/** How a vector travels through the architecture. Throws TraceError where that is not known. */
function forwardOf(name: string | null): Forward {
  const facet = architectureOf(name)?.forward;
  if (facet !== undefined && isKnown(facet)) return facet;
  const what = name === null ? 'a model that names no architecture' : `the architecture ${JSON.stringify(name)}`;
  throw new TraceError(
    'untraced-architecture',
    `${what} cannot be computed here${facet === undefined ? '' : `: ${facet.notKnown}`}`,
    'gguf-explain flow draws any model',
  );
}

/** Which layers there are, and what each keeps of earlier tokens. */
function cachesOf(file: GgufFile, tensors: StoredTensors): CachePlan | null {
  const numbers = modelNumbers(file);
  const row = numbers && facetOf(numbers.architecture, 'cache');
  return row ? planLayers(row, numbers, (name) => tensors.has(name)) : null;
}

/** Which layers have an indexer of their own. */
function indexersOf(file: GgufFile, caches: CachePlan): (layer: number) => boolean {
  const numbers = modelNumbers(file);
  const rule = numbers && facetOf(numbers.architecture, 'cache')?.indexer;
  return rule ? indexedLayers(rule, caches, numbers) : () => false;
}

/** The heads of a layer and their lengths. */
export interface Heads {
  count: number;
  /** Heads of keys and values: fewer are shared by as many query heads each. */
  countKv: number;
  /** Length of a head's query and key. */
  length: number;
  valueLength: number;
}

/** Throws TraceError where the numbers of the layer are absent or do not go together. `lengths` in place of the model's own. */
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
    throw new TraceError('missing-number', `${count} query heads cannot share ${countKv} heads of keys and values`);
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

/** A whole number from 1 to `most`. Throws TraceError for any other. */
export function within(name: string, key: string, value: number | null | undefined, most: number): number {
  if (value === null || value === undefined) throw missing(`${name}.${key}`);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new TraceError('missing-number', `${name}.${key} is ${value}, and the computation needs 1 to ${most}`);
}

export function missing(key: string): TraceError {
  return new TraceError('missing-number', `the metadata has no usable ${key}, which the computation needs`);
}
