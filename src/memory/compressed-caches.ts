/**
 * DeepSeek-V4: every layer keeps the keys of a window. Some layers also keep one compressed key for every 4 tokens, with an indexer over
 * them, or one for every 128. Tokens not yet compressed are held in states of fixed size. Each sequence always has its own copy (llama.cpp,
 * `llama_kv_cache_dsv4`).
 */

import { type LayerPlan, LENGTH_KEYS, SLIDING_LENGTH_KEYS } from './cache-layers.js';
import { type ContextSettings, compressedCells, windowCells } from './cells.js';
import { copiesOf, countOf, product, thousands } from './formula.js';
import { INDEXER_LENGTH_KEY } from './indexer-cache.js';
import { type CacheShape, cachePart } from './layer-caches.js';
import { emptyPart, type MemoryPart } from './memory-part.js';
import type { ModelNumbers } from './model-numbers.js';
import { aligned } from './recurrent-state.js';

const RATIOS_KEY = 'attention.compress_ratios';
/** Tokens per compressed key: the fine level, which has an indexer, and the coarse level. */
const NEAR = 4;
const FAR = 128;
const FLOAT_BYTES = 4;

export function compressedCaches(plan: LayerPlan, settings: ContextSettings, numbers: ModelNumbers): MemoryPart[] {
  const [first] = plan.layers;
  if (first === undefined) return [];
  const { headsKv: heads, keyLength } = first;
  const ratios = numbers.perLayer(RATIOS_KEY, plan.layers.length) ?? [];
  const all = plan.layers.map(({ index }) => index);
  const near = all.filter((layer) => ratios[layer] === NEAR);
  const far = all.filter((layer) => ratios[layer] === FAR);
  const indexerLength = numbers.number(INDEXER_LENGTH_KEY) ?? 0;

  const lengths = [...plan.keys, ...LENGTH_KEYS, ...SLIDING_LENGTH_KEYS];
  const cache = (
    kind: CacheShape['kind'],
    layers: number[],
    cells: number,
    length: number,
    keys: readonly string[],
  ) => {
    const shape = { kind, heads: kind === 'indexer' ? 1 : heads, keyLength: length, valueLength: 0 };
    return cachePart(shape, layers, cells, settings, numbers.present(keys), settings.sequences);
  };
  const nearCells = compressedCells(NEAR, settings);
  const trunk = (layers: readonly number[]) => layers.filter((layer) => layer < plan.trunk);
  return [
    cache('sliding-latent', all, windowCells(plan.window?.size ?? 0, { ...settings, unified: false }), keyLength, [
      ...lengths,
      ...(plan.window?.keys ?? []),
    ]),
    cache('compressed', near, nearCells, keyLength, [...lengths, RATIOS_KEY]),
    cache('compressed', far, compressedCells(FAR, settings), keyLength, [...lengths, RATIOS_KEY]),
    cache('indexer', near, nearCells, indexerLength, ['block_count', RATIOS_KEY, INDEXER_LENGTH_KEY]),
    compressor(trunk(near), 2 * NEAR, 2 * keyLength, settings, numbers.present([...lengths, RATIOS_KEY])),
    compressor(trunk(far), FAR, keyLength, settings, numbers.present([...lengths, RATIOS_KEY])),
    compressor(trunk(near), 2 * NEAR, 2 * indexerLength, settings, numbers.present([RATIOS_KEY, INDEXER_LENGTH_KEY])),
  ].filter(({ layerCount }) => layerCount > 0);
}

/** The keys not yet compressed and their scores, for this many tokens, in 32-bit floats. */
function compressor(
  layers: readonly number[],
  tokens: number,
  width: number,
  { sequences, stateSnapshots }: ContextSettings,
  keys: readonly string[],
): MemoryPart {
  const copies = sequences * (1 + stateSnapshots);
  const stateBytes = layers.length * 2 * aligned(tokens * width * copies * FLOAT_BYTES);
  return {
    ...emptyPart('compressor-state', layers),
    copies,
    stateBytes,
    bytes: stateBytes,
    formula: product(
      '2',
      countOf(layers.length, 'layer'),
      countOf(tokens, 'token'),
      thousands(width),
      copiesOf(copies),
      `${FLOAT_BYTES} bytes`,
    ),
    keys,
  };
}
