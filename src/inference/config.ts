/**
 * The numbers of the metadata that the computation needs, checked: lengths that are no lengths, or beyond what any model has, end
 * here. The keys, and what holds where one is absent, are those of llama.cpp's loader (load_hparams).
 */

import { type GgufFile, metadataValue } from '../gguf/decode.js';
import { atLayer, type Hyperparameters, numberOrNull, readHyperparameters } from '../model/hyperparameters.js';
import { ARCHITECTURES, type Architecture, TRACED_ARCHITECTURES } from './computed-architectures.js';
import { TraceError } from './inference-error.js';

/** Longest vector of one token: ten times that of the widest feed-forward network. */
export const MOST_WIDTH = 1024 * 1024;

const MOST_LAYERS = 4096;
const MOST_HEADS = 4096;

/** The model's numbers with their names in the metadata behind them. */
export interface Numbers {
  name: string;
  architecture: Architecture;
  hyperparameters: Hyperparameters;
  layers: number;
  embedding: number;
  /** The small number in the norms. */
  epsilon: number;
  /** A float under `<architecture>.<key>`; undefined where there is none. */
  float(key: string): number | undefined;
  /** A count under `<architecture>.<key>`; undefined where there is none. */
  count(key: string): number | undefined;
  text(key: string): string | undefined;
}

/** Throws TraceError for an architecture that is not traced, and for numbers that are absent or impossible. */
export function readNumbers(file: GgufFile): Numbers {
  const hyperparameters = readHyperparameters(file);
  const name = hyperparameters.architecture;
  if (name === null || !Object.hasOwn(ARCHITECTURES, name)) throw untraced(name);
  const architecture = ARCHITECTURES[name] as Architecture;
  const entry = (key: string) => metadataValue(file, `${name}.${key}`);
  const float = (key: string) => {
    const value = entry(key);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
  const layers = within(name, 'block_count', hyperparameters.blockCount, MOST_LAYERS);
  const embedding = within(name, 'embedding_length', hyperparameters.embeddingLength, MOST_WIDTH);
  const norm = architecture.norm === 'rms' ? 'layer_norm_rms_epsilon' : 'layer_norm_epsilon';
  const epsilon = float(`attention.${norm}`);
  if (epsilon === undefined) throw missing(`${name}.attention.${norm}`);
  return {
    ...{ name, architecture, hyperparameters, layers, embedding, epsilon, float },
    count: (key) => numberOrNull(entry(key)) ?? undefined,
    text: (key) => {
      const value = entry(key);
      return typeof value === 'string' ? value : undefined;
    },
  };
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

/** Throws TraceError where the numbers of the layer are absent or do not go together. */
export function headsOf({ name, hyperparameters }: Numbers, layer: number): Heads {
  const { headCount, headCountKv, keyLength, valueLength } = hyperparameters;
  const count = within(name, 'attention.head_count', atLayer(headCount, layer), MOST_HEADS);
  const countKv = within(name, 'attention.head_count_kv', atLayer(headCountKv, layer), MOST_HEADS);
  if (count % countKv !== 0) {
    throw new TraceError('missing-number', `${count} query heads cannot share ${countKv} heads of keys and values`);
  }
  const length = within(name, 'attention.key_length', keyLength, MOST_WIDTH);
  return { count, countKv, length, valueLength: within(name, 'attention.value_length', valueLength, MOST_WIDTH) };
}

/** A number from 1 to `most`. Throws TraceError for any other. */
export function within(name: string, key: string, value: number | null | undefined, most: number): number {
  if (value === null || value === undefined) throw missing(`${name}.${key}`);
  if (value >= 1 && value <= most) return value;
  throw new TraceError('missing-number', `${name}.${key} is ${value}, and the computation needs 1 to ${most}`);
}

function missing(key: string): TraceError {
  return new TraceError('missing-number', `the metadata has no usable ${key}, which the computation needs`);
}

function untraced(name: string | null): TraceError {
  const what = name === null ? 'a model that names no architecture' : `the architecture ${JSON.stringify(name)}`;
  const hint = `computed are ${TRACED_ARCHITECTURES.join(', ')}; gguf-explain flow draws any model`;
  return new TraceError('untraced-architecture', `${what} cannot be computed here`, hint);
}
