/**
 * The KV caches: one part for all layers of the same shape. A layer's cache is a matrix with one row for each cell, in whole blocks if the
 * format has blocks (llama.cpp, `llama_kv_cache`).
 */

import { rowBytes } from '../formats/tensor-types.js';
import { type CacheLayer, type LayerPlan, LENGTH_KEYS, SLIDING_LENGTH_KEYS } from './cache-layers.js';
import { type ContextSettings, windowCells } from './cells.js';
import { bytesOfNumber, copiesOf, countOf, product, thousands } from './formula.js';
import { emptyPart, type MemoryKind, type MemoryPart } from './memory-part.js';
import type { ModelNumbers } from './model-numbers.js';

/** What the layers of a part share. */
export interface CacheShape {
  kind: MemoryKind;
  heads: number;
  keyLength: number;
  /** 0 if no values are stored. */
  valueLength: number;
  /** Length of a row of values if it is longer than the heads: all layers have rows of the largest size. */
  valueWidth?: number;
}

/** The caches of all layers that have one, and the parts for the other layers. */
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

/** The layers without cache and state, by reason. */
function layersWithout({ layers, latent }: LayerPlan, widest: number | null): MemoryPart[] {
  const without = layers.filter((layer) => !layer.recurrent && !hasRows(layer, widest, latent));
  return (['shared', 'next-token', 'none'] as const).flatMap((kind) => {
    const ofKind = without.filter((layer) => layer.without === kind).map(({ index }) => index);
    return ofKind.length === 0 ? [] : [emptyPart(kind, ofKind)];
  });
}

/** One part: layers of one shape and their number of cells. */
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

/** Whether the layer has rows in the cache: it has heads, or its values are padded to the widest layer's. */
function hasRows({ cached, headsKv }: CacheLayer, widest: number | null, latent: boolean): boolean {
  return cached && (headsKv > 0 || (widest !== null && !latent));
}

/** Layers grouped by shape, in the order of each group's first layer. */
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
 * Without flash attention the values are stored transposed, and every layer has rows of the largest size. Null if that changes nothing
 * because all are equal.
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

/** `2 × 32 layers × 8 heads × 128 × 4,096 cells × 2 bytes`, with separate terms if keys and values differ. */
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
