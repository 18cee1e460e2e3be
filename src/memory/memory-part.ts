/** One term of the memory that a context takes: the layers that are alike, what they keep, and the formula. */

/** From the first to the last layer of a run of neighbors, both counted in. */
export type LayerRange = readonly [first: number, last: number];

/** What the layers keep. The last three keep nothing. */
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
  /** Tokens that each copy has room for; null where the size does not depend on tokens. */
  cells: number | null;
  /** Copies: one for each sequence, or one for all. */
  copies: number;
  /** Bytes of keys, of values, and of states, which are all of `bytes`. */
  keyBytes: number;
  valueBytes: number;
  stateBytes: number;
  bytes: number;
  /** `2 × 32 layers × 8 heads × 128 × 4,096 cells × 2 bytes`, as far as there is something to compute. */
  formula: string;
  /** The same for one cell of one copy: `2 × 32 layers × 8 heads × 128 × 2 bytes`. Null where nothing depends on cells. */
  formulaPerCell: string | null;
  /** The metadata keys that the numbers came from, as they stand in the file. */
  keys: readonly string[];
}

/** Runs of neighbors in a rising list. */
export function rangesOf(layers: readonly number[]): LayerRange[] {
  const ranges: [number, number][] = [];
  for (const layer of layers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === layer - 1) last[1] = layer;
    else ranges.push([layer, layer]);
  }
  return ranges;
}

/** A part without what it does not need to say: no copies, no bytes. */
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
