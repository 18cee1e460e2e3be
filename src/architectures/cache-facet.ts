/**
 * What an architecture keeps in memory while it runs: which layers have a cache, of which kind, and where the numbers stand that say
 * how large it is (llama.cpp's `create_memory` and the `load_arch_hparams` of each model). The rules that are named here are worked
 * out in memory/sliding-window.ts, memory/recurrent-state.ts and memory/cache-layers.ts.
 */

/** Which layers look back only so far, and how far. */
export interface WindowRule {
  /**
   * Whether the window is used: always, only where `attention.sliding_window` gives a size, unless that key says 0, or only in
   * models of so many layers.
   */
  when: 'always' | 'size-given' | 'unless-zero' | { blockCount: number };
  /** Tokens in the window where the key does not say; the key overrides it. */
  size?: number;
  /** Tokens in the window whatever the key says. */
  fixedSize?: number;
  /**
   * `period`: of so many layers in a row all but one slide, and none of those for next-token prediction; the full one is the last,
   * or the first where `fullFirst` says so. `attention.sliding_window_pattern` may give another period, or a flag for each layer.
   * `list`: the key must be there, with one flag for each layer or one for all. `all`: every layer. `attending`: every layer that
   * is not recurrent.
   */
  layers: { period: number; fullFirst?: true } | 'list' | 'all' | 'attending';
}

/** The state of fixed size that recurrent layers carry from token to token. */
export interface StateRule {
  /** Which formula (recurrent-state.ts). */
  kind: 'mamba' | 'mamba-2' | 'rwkv' | 'short-convolution' | 'delta-rule' | 'lightning';
  /**
   * Which layers have it: all, and none has a cache; all, beside their cache; those without key-value heads; of those only the ones
   * without a feed-forward network, which then are the only ones that attend; or all but each n-th, where
   * `attention.recurrent_layers` does not list them.
   */
  layers: 'all' | 'beside-cache' | 'without-kv-heads' | 'without-kv-heads-and-ffn' | { interval: number };
  /** Whether llama.cpp can keep earlier states, to take back tokens that were drafted and refused. */
  snapshots?: true;
  /** Layers that `ple.layers` names also keep the last inputs of a convolution over embeddings of several tokens. */
  ngrams?: true;
}

export interface CacheFacet {
  /**
   * What attention looks back at. `layers`: keys and values of each layer. `none`: all tokens are seen at once, nothing is kept.
   * `borrowed`: the cache of the model that this one drafts for. `compressed`: windows and caches of compressed keys (DeepSeek-V4).
   */
  cache: 'layers' | 'none' | 'borrowed' | 'compressed';
  window?: WindowRule;
  /** Keys and values are kept as one latent vector where the file has the lengths for it (`key_length_mla`, `value_length_mla`). */
  latent?: true;
  state?: StateRule;
  /** Layers that also keep the keys of an indexer, which picks the tokens to attend to. */
  indexer?: 'all' | 'attending' | 'listed' | 'listed-if-used' | 'listed-or-every-fourth' | 'behind-leading-dense';
  /** The first layers own a cache and the others read theirs: how many own one, or that `attention.shared_kv_layers` read. */
  sharing?: 'by-key' | { owners: number };
  /**
   * Layers for the prediction of further tokens: they have no cache here; `counted` have one like the others, and so have those
   * that count only `if-stored`.
   */
  nextTokenLayers?: 'counted' | 'if-stored';
  /** The layers run several times over (`num_loops`), each time with a cache of its own. */
  loops?: true;
  /** One more layer with a single head keeps which adapter is at work. */
  routerLayer?: true;
  /** The head lengths count even where the first layer has no heads. */
  headLengthsAlways?: true;
  /** Flash attention cannot be used, so values are kept transposed. */
  flashAttention?: false;
  /** Not read from a loader of llama.cpp, which has none for it. */
  assumed?: true;
}
