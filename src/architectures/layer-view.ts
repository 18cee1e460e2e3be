/** What a rule of a description can read: the model's hyperparameters, one layer, and which tensors the file has. */

export interface LayerView {
  /** From 0; 0 outside of layers. */
  layer: number;
  /** Number of layers, without those for next-token prediction. */
  layers: number;
  /** Whether the layer sees only a window, and whether it keeps a state, according to the facet `cache`. */
  slides: boolean;
  recurs: boolean;
  /** Whether the layer has its own indexer, according to the facet `cache`. */
  indexes: boolean;
  /** Tokens in the window of the layers that have one; 0 if no layer has one. */
  window: number;
  /** Size of the vocabulary. */
  vocabulary: number;
  /**
   * The number under `<architecture>.<key>`, for this layer if there is one for each; undefined if the key is missing. Flags are 0 and 1.
   */
  number(key: string): number | undefined;
  /** Like `number`, for another layer. */
  numberAt(key: string, layer: number): number | undefined;
  /** All numbers of a list under `<architecture>.<key>`; undefined if it is missing or not a list. */
  list(key: string): readonly number[] | undefined;
  /** The number under a key without the architecture's prefix, for this layer if there is one for each. */
  plainNumber(key: string): number | undefined;
  text(key: string): string | undefined;
  flag(key: string): boolean | undefined;
  /** Whether the file has a tensor of this layer. The name is without `blk.N.` and with its suffix. */
  stored(name: string): boolean;
  /** Rows of a tensor of this layer; undefined if the file does not have it. */
  rows(name: string): number | undefined;
  /** Whether the file has a tensor outside the layers. */
  storedOutside(name: string): boolean;
}
