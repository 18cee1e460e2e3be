/** One term of a context's memory: a group of layers of the same shape, what they keep, and the formula. */

/** First and last layer of a run of consecutive layers, both included. */
export type LayerRange = readonly [first: number, last: number];

/** What the layers keep. The last three kinds keep nothing. */
export type MemoryKind =
  | 'full-attention'
  | 'sliding-window'
  | 'latent'
  | 'sliding-latent'
  | 'compressed'
  | 'indexer'
  | 'recurrent-state'
  | 'compressor-state'
  | 'shared'
  | 'next-token'
  | 'none';

export interface MemoryPart {
  kind: MemoryKind;
  layers: readonly LayerRange[];
  layerCount: number;
  /** Tokens that each copy has room for; null if the size does not depend on tokens. */
  cells: number | null;
  /** Number of copies: one for each sequence, or one for all. */
  copies: number;
  /** Bytes of keys, values and states; together they are `bytes`. */
  keyBytes: number;
  valueBytes: number;
  stateBytes: number;
  bytes: number;
  /** `2 × 32 layers × 8 heads × 128 × 4,096 cells × 2 bytes`, or empty if there is nothing to compute. */
  formula: string;
  /** The same for one cell of one copy: `2 × 32 layers × 8 heads × 128 × 2 bytes`. Null if nothing depends on cells. */
  formulaPerCell: string | null;
  /** The metadata keys that the numbers came from, as spelled in the file. */
  keys: readonly string[];
}

/** Runs of consecutive numbers in an ascending list. */
export function rangesOf(layers: readonly number[]): LayerRange[] {
  const ranges: [number, number][] = [];
  for (const layer of layers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === layer - 1) last[1] = layer;
    else ranges.push([layer, layer]);
  }
  return ranges;
}

/** A part of zero bytes, without copies and formula. */
export function emptyPart(kind: MemoryKind, layers: readonly number[]): MemoryPart {
  return {
    kind,
    layers: rangesOf(layers),
    layerCount: layers.length,
    cells: null,
    copies: 1,
    keyBytes: 0,
    valueBytes: 0,
    stateBytes: 0,
    bytes: 0,
    formula: '',
    formulaPerCell: null,
    keys: [],
  };
}
