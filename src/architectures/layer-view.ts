/** What a rule of a description may ask: the model's own numbers, one layer, and which tensors the file has. */

export interface LayerView {
  /** From 0; 0 outside of layers. */
  layer: number;
  /** Layers of the model, those for next-token prediction not counted. */
  layers: number;
  /** Whether the layer sees a window only, and whether it carries a state, as the facet `cache` tells. */
  slides: boolean;
  recurs: boolean;
  /** Whether it has an indexer of its own, as the facet `cache` tells. */
  indexes: boolean;
  /** Tokens in the window of layers that have one; 0 where there is none. */
  window: number;
  /** Tokens that the model knows. */
  vocabulary: number;
  /** A number under `<architecture>.<key>`, for this layer where there is one for each; undefined where the key is missing. Flags are 0 and 1. */
  number(key: string): number | undefined;
  /** The same for another layer. */
  numberAt(key: string, layer: number): number | undefined;
  /** All numbers of a list under `<architecture>.<key>`; undefined where there is no such list. */
  list(key: string): readonly number[] | undefined;
  /** A number under a key that has no architecture before it, for this layer where there is one for each. */
  plainNumber(key: string): number | undefined;
  text(key: string): string | undefined;
  flag(key: string): boolean | undefined;
  /** Whether the file has a tensor of this layer: its name without `blk.N.`, with its ending. */
  stored(name: string): boolean;
  /** Rows of a tensor of this layer; undefined where the file has none. */
  rows(name: string): number | undefined;
  /** Whether the file has a tensor that belongs to no layer. */
  storedOutside(name: string): boolean;
}
