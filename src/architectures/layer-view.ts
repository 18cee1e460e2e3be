/** What a rule of a description may ask: the model's own numbers, one layer, and which tensors the file has. */

export interface LayerView {
  /** From 0; 0 outside of layers. */
  layer: number;
  /** Layers of the model, those for next-token prediction not counted. */
  layers: number;
  /** Layers with a window, as the facet `cache` tells. */
  slides: boolean;
  /** A number under `<architecture>.<key>`, for this layer where there is one for each; undefined where the key is missing. */
  number(key: string): number | undefined;
  /** The same for another layer. */
  numberAt(key: string, layer: number): number | undefined;
  text(key: string): string | undefined;
  flag(key: string): boolean | undefined;
  /** Whether the file has the tensor: the name of a tensor of this layer without `blk.N.`, with its ending. */
  stored(name: string): boolean;
}
