/**
 * Where each tensor of the file is loaded, following llama.cpp's `create_tensor`: lookup tables on the host, the rest with its layer or
 * with the output, and tensors named by `-ot` and `--n-cpu-moe` elsewhere. Some tensors are loaded more than once: a token embedding that
 * is also the output matrix, and the RoPE factors, which every device with layers has.
 */

import { facetOf } from '../../architectures/book.js';
import type { Model, ModelTensor } from '../../model/model.js';
import { outputOf } from '../../model/output-kind.js';
import { factorsOfAllLayers, placeOf } from '../loaded-weights.js';
import type { ModelNumbers } from '../model-numbers.js';
import { type Device, hostOf, type PlacementSettings } from './devices.js';
import type { LayerDevices } from './layer-devices.js';
import { matcherOf } from './override-patterns.js';

export interface WeightHomes {
  /** The devices that have a copy of each tensor, by tensor name. Empty: it is not loaded. */
  homes: ReadonlyMap<string, readonly number[]>;
  /** The device of the output matrix, if it is the token embedding. */
  tiedOutput: number | null;
}

interface Question {
  model: Model;
  numbers: ModelNumbers;
  devices: readonly Device[];
  settings: PlacementSettings;
  layers: LayerDevices;
  /** Number of layers in the model's own pass: a run without `--mtp` does not load the others. */
  trunk: number;
  /** Which layers have a sliding window. */
  slides: (layer: number) => boolean;
}

const EMBEDDING = 'token_embd.weight';

/** Multi-token prediction tensors that these architectures load although they do not use them. */
const LOADED_ANYWAY: Readonly<Record<string, RegExp>> = {
  cohere2moe: /nextn\.(?:embed_tokens|shared_head_)/,
  deepseek32: /exp_probs_b/,
  'glm-dsa': /exp_probs_b/,
  hy_v3: /nextn\.(?:embed_tokens|shared_head_)|ffn_(?!norm)|exp_probs_b/,
  step35: /nextn\.(?:embed_tokens|shared_head_)|ffn_(?!norm)|exp_probs_b|attn_(?:q_norm|k_norm|gate)/,
};

/** Whether such a tensor is loaded anyway. */
export function isLoadedAnyway(architecture: string, name: string): boolean {
  return LOADED_ANYWAY[architecture]?.test(name) ?? false;
}

/** Here the token embedding is used as output matrix where it is: on the host. */
const NEVER_TWICE: ReadonlySet<string> = new Set(['bitnet']);
/** llama.cpp creates the output of these before the token embedding, so there are two copies even if both are on the host. */
const ALWAYS_TWICE: ReadonlySet<string> = new Set(['gemma3n', 'gemma4']);

export function weightHomes({ model, numbers, devices, settings, layers, trunk, slides }: Question): WeightHomes {
  const host = hostOf(devices);
  const override = overridesOf(devices, settings);
  const atLayer = (layer: number) => layers.layers[layer] ?? host;
  const ruleOf = (tensor: ModelTensor): number[] => {
    const { layer } = tensor.classified;
    if (layer !== null && layer >= trunk && isBlock(tensor.name) && !isLoadedAnyway(numbers.architecture, tensor.name))
      return [];
    if (factorsOfAllLayers(tensor.name)) return distinct(layers.layers.filter((_, at) => turns(at)));
    const place = placeOf(tensor, numbers.architecture);
    if (place === 'not-loaded') return [];
    if (place === 'input') return [host];
    if (place === 'output') return [layers.output];
    return [atLayer(layer ?? 0)];
  };
  // Gemma 4 uses the RoPE factors only in layers without a window; Step 3.5 also has them for layers that are not loaded.
  const turns = (layer: number) =>
    (layer < trunk || numbers.architecture === 'step35') &&
    (!numbers.architecture.startsWith('gemma4') || !slides(layer));
  const homes = new Map<string, readonly number[]>();
  for (const tensor of model.tensors) {
    const homesByRule = ruleOf(tensor);
    const elsewhere = homesByRule.length === 0 ? null : override(tensor.name);
    homes.set(tensor.name, elsewhere === null ? homesByRule : [elsewhere]);
  }
  const embedding = homes.get(EMBEDDING);
  if (embedding === undefined || !isTied(model, numbers.architecture)) return { homes, tiedOutput: null };
  if (NEVER_TWICE.has(numbers.architecture)) return { homes, tiedOutput: embedding[0] ?? host };
  const tiedOutput = override(EMBEDDING) ?? layers.output;
  const copies = [...embedding, tiedOutput];
  homes.set(EMBEDDING, ALWAYS_TWICE.has(numbers.architecture) ? copies : distinct(copies));
  return { homes, tiedOutput };
}

/** The device that an option sends a tensor to; null if none does. */
function overridesOf(devices: readonly Device[], { overrideTensor = [], cpuMoe = 0 }: PlacementSettings) {
  const host = hostOf(devices);
  const rules = overrideTensor.flatMap(({ pattern, device }) => {
    const matches = matcherOf(pattern);
    const place = device === 'CPU' ? host : devices.findIndex(({ name }) => name === device);
    return matches === null || place < 0 ? [] : [{ matches, place }];
  });
  return (name: string): number | null => {
    const rule = rules.find(({ matches }) => matches(name));
    if (rule !== undefined) return rule.place;
    const layer = EXPERTS_OF_LAYER.exec(name)?.[1];
    return layer !== undefined && Number(layer) < cpuMoe ? host : null;
  };
}

/** The tensors that `--n-cpu-moe` keeps on the host. */
const EXPERTS_OF_LAYER = /blk\.(\d+)\.ffn_(?:up|down|gate|gate_up)_(?:ch)?exps/;

const isBlock = (name: string) => name.startsWith('blk.');

/** Whether llama.cpp loads the token embedding a second time as output matrix; it does so even for models that only output embeddings. */
function isTied(model: Model, architecture: string): boolean {
  const output = outputOf(model);
  if (output.kind !== 'none') return output.kind === 'tied';
  if (model.tensors.some(({ name }) => name === 'output.weight')) return false;
  const whole = facetOf(architecture, 'tensors')?.whole ?? [];
  return whole.some((wanted) => typeof wanted === 'string' && wanted.split(' ').includes('output?'));
}

function distinct(places: readonly number[]): number[] {
  return [...new Set(places)];
}
