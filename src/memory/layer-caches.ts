/**
 * The caches of keys and values: one part for all layers that keep the same. A layer's cache is a matrix with one row for each cell,
 * of whole blocks where the format has blocks (llama.cpp, `llama_kv_cache`).
 */

import { rowBytes } from '../formats/tensor-types.js';
import { type CacheLayer, type LayerPlan, LENGTH_KEYS, SLIDING_LENGTH_KEYS } from './cache-layers.js';
import { type ContextSettings, windowCells } from './cells.js';
import { bytesOfNumber, copiesOf, countOf, product, thousands } from './formula.js';
import { emptyPart, type MemoryKind, type MemoryPart } from './memory-part.js';
import type { ModelNumbers } from './model-numbers.js';

/** What the layers of a part have in common. */
export interface CacheShape {
  kind: MemoryKind;
  heads: number;
  keyLength: number;
  /** 0 where nothing is kept of the values. */
  valueLength: number;
  /** Numbers of a row of values where it is wider than its heads: all layers have rows of the widest. */
  valueWidth?: number;
}

/** The caches of all layers that have one, and what the others are. */
export function layerCaches(plan: LayerPlan, settings: ContextSettings, numbers: ModelNumbers): MemoryPart[] {
  const parts: MemoryPart[] = [];
  const widest = widestValues(plan, settings);
  for (const [shape, layers] of alike(plan, widest)) {
    const sliding = shape.kind === 'sliding-window' || shape.kind === 'sliding-latent';
    const cells = sliding ? windowCells(plan.window?.size ?? 0, settings) : settings.cells;
    parts.push(cachePart(shape, layers, cells, settings, numbers.present(keysOf(plan, sliding, numbers))));
  }
  return [...parts, ...layersWithout(plan, widest)];
}

/** The layers that have neither cache nor state, by the reason. */
function layersWithout({ layers, latent }: LayerPlan, widest: number | null): MemoryPart[] {
  const without = layers.filter((layer) => !layer.recurrent && !hasRows(layer, widest, latent));
  return (['shared', 'next-token', 'none'] as const).flatMap((kind) => {
    const ofKind = without.filter((layer) => layer.without === kind).map(({ index }) => index);
    return ofKind.length === 0 ? [] : [emptyPart(kind, ofKind)];
  });
}

/** One part: layers of one shape, so many cells each. */
export function cachePart(
  shape: CacheShape,
  layers: readonly number[],
  cells: number,
  settings: ContextSettings,
  keys: readonly string[],
  copies = settings.copies,
): MemoryPart {
  const { heads, keyLength, valueLength } = shape;
  const rows = layers.length * cells * copies;
  const keyBytes = rows * rowBytes(settings.keyType, heads * keyLength);
  const valueBytes = rows * rowBytes(settings.valueType, shape.valueWidth ?? heads * valueLength);
  return {
    ...emptyPart(shape.kind, layers),
    cells,
    copies,
    keyBytes,
    valueBytes,
    bytes: keyBytes + valueBytes,
    formula: formulaOf(shape, layers.length, settings, [`${thousands(cells)} cells`, copiesOf(copies)]),
    formulaPerCell: formulaOf(shape, layers.length, settings, []),
    keys,
  };
}

/** Whether the cache has a row for the layer: it has heads, or its values are padded to those of the widest layer. */
function hasRows({ cached, headsKv }: CacheLayer, widest: number | null, latent: boolean): boolean {
  return cached && (headsKv > 0 || (widest !== null && !latent));
}

/** Layers by what they keep, in the order of the first of each kind. */
function alike({ layers, latent }: LayerPlan, widest: number | null): Map<CacheShape, number[]> {
  const shapes = new Map<string, CacheShape>();
  const members = new Map<CacheShape, number[]>();
  for (const layer of layers) {
    if (!hasRows(layer, widest, latent)) continue;
    const { slides, headsKv: heads, keyLength, index } = layer;
    const kind: MemoryKind = latent
      ? slides
        ? 'sliding-latent'
        : 'latent'
      : slides
        ? 'sliding-window'
        : 'full-attention';
    const valueLength = latent ? 0 : layer.valueLength;
    const name = [kind, heads, keyLength, valueLength].join();
    const padded = widest !== null && !latent && heads * valueLength !== widest;
    const ofHeads = { kind, heads, keyLength, valueLength };
    const shape: CacheShape = shapes.get(name) ?? (padded ? { ...ofHeads, valueWidth: widest } : ofHeads);
    shapes.set(name, shape);
    const others = members.get(shape);
    if (others) others.push(index);
    else members.set(shape, [index]);
  }
  return members;
}

/**
 * Without flash attention the values are kept transposed, and every layer has rows of the widest one. Null where that changes
 * nothing: all are equally wide.
 */
function widestValues({ layers }: LayerPlan, { flashAttention }: ContextSettings): number | null {
  if (flashAttention) return null;
  const widths = layers.map(({ headsKv, valueLength }) => headsKv * valueLength);
  const widest = Math.max(0, ...widths);
  return widths.every((width) => width === widest) ? null : widest;
}

function keysOf({ keys, window }: LayerPlan, sliding: boolean, numbers: ModelNumbers): string[] {
  const lengths = sliding ? [...SLIDING_LENGTH_KEYS, ...LENGTH_KEYS] : LENGTH_KEYS;
  const derived = numbers.has('attention.key_length') ? [] : ['embedding_length'];
  return [...keys, ...lengths, ...derived, ...(sliding ? (window?.keys ?? []) : [])];
}

/** `2 × 32 layers × 8 heads × 128 × 4,096 cells × 2 bytes`, and what it becomes where keys and values differ. */
function formulaOf(
  { heads, keyLength, valueLength, valueWidth }: CacheShape,
  layers: number,
  { keyType, valueType }: ContextSettings,
  cells: readonly string[],
): string {
  const start = countOf(layers, 'layer');
  const ofHeads = countOf(heads, 'head');
  const bytes = `${bytesOfNumber(keyType)} bytes`;
  if (valueWidth !== undefined) {
    const keys = product(ofHeads, String(keyLength), bytesOfNumber(keyType));
    const values = product(thousands(valueWidth), bytesOfNumber(valueType));
    return product(start, ...cells, `(${keys} + ${values}) bytes`);
  }
  if (valueLength === 0) return product(start, ofHeads, thousands(keyLength), ...cells, bytes);
  if (keyType !== valueType) {
    const keys = product(String(keyLength), bytesOfNumber(keyType));
    const values = product(String(valueLength), bytesOfNumber(valueType));
    return product(start, ofHeads, ...cells, `(${keys} + ${values}) bytes`);
  }
  if (keyLength === valueLength) return product('2', start, ofHeads, thousands(keyLength), ...cells, bytes);
  return product(start, ofHeads, `(${keyLength} + ${valueLength})`, ...cells, bytes);
}
