/**
 * What an architecture keeps in memory while it runs: which layers have a cache, of which kind, and which keys give its size (llama.cpp's
 * `create_memory` and the `load_arch_hparams` of each model). The rules named here are implemented in memory/sliding-window.ts,
 * memory/recurrent-state.ts and memory/cache-layers.ts.
 */

/** Which layers attend only to the last tokens, and to how many. */
export interface WindowRule {
  /**
   * When the window is used: always, only if `attention.sliding_window` gives a size, unless that key is 0, or only in models with this
   * number of layers.
   */
  when: 'always' | 'size-given' | 'unless-zero' | { blockCount: number };
  /** Tokens in the window if the key is missing. */
  size?: number;
  /** Tokens in the window whatever the key says. */
  fixedSize?: number;
  /**
   * `period`: in each group of this many layers all but one slide; layers for next-token prediction do not slide. The full layer is the
   * last of its group, or the first with `fullFirst`. `attention.sliding_window_pattern` may give another period, or a flag for each layer.
   * `list`: the key is required, with one flag for each layer or one for all layers. `all`: every layer slides. `attending`: every layer
   * that is not recurrent.
   */
  layers: { period: number; fullFirst?: true } | 'list' | 'all' | 'attending';
}

/** The state of fixed size that recurrent layers carry from token to token. */
export interface StateRule {
  /** Which formula (recurrent-state.ts). */
  kind: 'mamba' | 'mamba-2' | 'rwkv' | 'short-convolution' | 'delta-rule' | 'lightning';
  /**
   * Which layers have it: all layers, and no layer has a cache; all layers, in addition to their cache; layers without key-value heads;
   * layers with neither key-value heads nor a feed-forward network; or all but every n-th layer, unless `attention.recurrent_layers` lists
   * them.
   */
  layers: 'all' | 'beside-cache' | 'without-kv-heads' | 'without-kv-heads-and-ffn' | { interval: number };
  /** Whether llama.cpp can keep earlier states, so that it can undo drafted tokens that were rejected. */
  snapshots?: true;
  /** Layers in `ple.layers` also keep the last inputs of a convolution over n-gram embeddings. */
  ngrams?: true;
}

export interface CacheFacet {
  /**
   * What attention reads from earlier tokens. `layers`: keys and values of each layer. `none`: all tokens are processed at once, so no
   * cache is kept. `borrowed`: the cache of the model that this one drafts for. `compressed`: windows and caches of compressed keys
   * (DeepSeek-V4).
   */
  cache: 'layers' | 'none' | 'borrowed' | 'compressed';
  window?: WindowRule;
  /** Keys and values are kept as one latent vector if the file has its lengths (`key_length_mla`, `value_length_mla`). */
  latent?: true;
  state?: StateRule;
  /** Layers that also keep the keys of an indexer, which selects the tokens to attend to. */
  indexer?: 'all' | 'attending' | 'listed' | 'listed-if-used' | 'listed-or-every-fourth' | 'behind-leading-dense';
  /**
   * The first layers have a cache and the others read it. `owners`: the number of layers with a cache; `by-key`:
   * `attention.shared_kv_layers` is the number of layers without one.
   */
  sharing?: 'by-key' | { owners: number };
  /**
   * Layers that predict further tokens. If not given, they have no cache. `counted`: they have one like the other layers. `if-stored`: the
   * same, but they count only if the file has them.
   */
  nextTokenLayers?: 'counted' | 'if-stored';
  /** The layers run several times (`num_loops`), each time with a separate cache. */
  loops?: true;
  /** One additional layer with a single head keeps which adapter is active. */
  routerLayer?: true;
  /** The head lengths apply even if the first layer has no heads. */
  headLengthsAlways?: true;
  /** Flash attention cannot be used, so values are stored transposed. */
  flashAttention?: false;
  /** An assumption: llama.cpp has no loader to read the rule from. */
  assumed?: true;
}
