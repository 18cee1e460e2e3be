/** The model as seen by the rules of its description: one view for each layer. */

import type { LayerView } from '../architectures/layer-view.js';
import { type GgufFile, metadataValue } from '../gguf/decode.js';
import type { MetadataValue } from '../gguf/metadata.js';
import type { LayerPlan as CachePlan } from './cache-layers.js';

/** The prefix of a layer's tensor names: `blk.3.`. */
export type TrunkName = (layer: number) => string;

export const BLOCKS: TrunkName = (layer) => `blk.${layer}.`;

/**
 * A view of a layer of `file`. `caches` states which layers have a window and how many layers there are, `indexes` which have an indexer,
 * `stored` how many layers the lists have numbers for, `block` which block's tensors a layer uses.
 */
export function layerView(
  file: GgufFile,
  {
    tensors,
    caches,
    indexes,
    stored,
    block = (layer) => layer % stored,
    vocabulary,
    trunk = BLOCKS,
  }: {
    tensors: { has(name: string): boolean; dimensions(name: string): readonly number[] | undefined };
    caches: CachePlan;
    indexes: (layer: number) => boolean;
    stored: number;
    block?: (layer: number) => number;
    vocabulary: number;
    trunk?: TrunkName;
  },
  layer: number,
): LayerView {
  const architecture = metadataValue(file, 'general.architecture');
  const value = (key: string) => metadataValue(file, `${architecture}.${key}`);
  const numberAt = (key: string, at: number) => numberOf(value(key), at % stored);
  return {
    layer,
    layers: caches.trunk,
    slides: caches.layers[layer]?.slides ?? false,
    recurs: caches.layers[layer]?.recurrent ?? false,
    indexes: indexes(layer),
    window: caches.window?.size ?? 0,
    vocabulary,
    number: (key) => numberAt(key, layer),
    numberAt,
    plainNumber: (key) => numberOf(metadataValue(file, key), layer % stored),
    list(key) {
      const list = value(key);
      if (typeof list !== 'object' || list.kind !== 'array' || list.items.length !== list.count) return undefined;
      const numbers = list.items.map((_, at) => numberOf(list, at));
      return numbers.every((one) => one !== undefined) ? (numbers as number[]) : undefined;
    },
    text: (key) => {
      const text = value(key);
      return typeof text === 'string' ? text : undefined;
    },
    flag: (key) => {
      const flag = numberAt(key, layer);
      return flag === undefined ? undefined : flag !== 0;
    },
    stored: (name) => tensors.has(trunk(block(layer)) + name),
    rows(name) {
      const dimensions = tensors.dimensions(trunk(block(layer)) + name);
      return dimensions && (dimensions[1] ?? 1);
    },
    storedOutside: (name) => tensors.has(name),
  };
}

/** The value for all layers, or the layer's own; flags are 0 and 1. Undefined if it is not a finite number. */
function numberOf(value: MetadataValue | undefined, layer: number): number | undefined {
  const one = typeof value === 'object' && value.kind === 'array' ? value.items[layer] : value;
  const number = typeof one === 'bigint' || typeof one === 'boolean' ? Number(one) : one;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
