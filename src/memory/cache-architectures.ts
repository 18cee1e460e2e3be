/**
 * What each architecture keeps in memory while it runs, one row for each that llama.cpp knows: which layers have a cache, of which
 * kind, and where the numbers stand that say how large it is. The rows follow llama.cpp of August 2026 (`create_memory` and the
 * `load_arch_hparams` of each model); the rules that they name are in sliding-window.ts, recurrent-state.ts and cache-layers.ts.
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
   * `period`: of so many layers in a row all but one slide; the full one is the last, or the first where `fullFirst` says so.
   * `attention.sliding_window_pattern` may give another period. With `list` the key must be there, and may be a list of flags as
   * well; without, a list is passed over. Next-token layers belong to the pattern but for `trunkOnly`. `list`: the key has one flag
   * for each layer, or one for all. `all`: every layer. `attending`: every layer that is not recurrent.
   */
  layers: { period: number; fullFirst?: true; list?: true; trunkOnly?: true } | 'list' | 'all' | 'attending';
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
}

export interface ArchitectureRow {
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
  indexer?: 'all' | 'listed' | 'listed-or-every-fourth' | 'behind-leading-dense';
  /** The first layers own a cache and the others read theirs: how many own one, or that `attention.shared_kv_layers` read. */
  sharing?: 'by-key' | { owners: number };
  /**
   * Layers for the prediction of further tokens: `counted` have a cache like the others, and so have those that count only
   * `if-stored`; `left-out` have none here.
   */
  nextTokenLayers?: 'counted' | 'if-stored' | 'left-out';
  /** The layers run several times over (`num_loops`), each time with a cache of its own. */
  loops?: true;
  /** One more layer with a single head keeps which adapter is at work. */
  routerLayer?: true;
  /** The head lengths count even where the first layer has no heads. */
  headLengthsAlways?: true;
  /** Flash attention cannot be used, so values are kept transposed. */
  flashAttention?: false;
  /** The row is not read from a loader of llama.cpp, which has none for it. */
  assumed?: true;
}

const rows = (names: string, row: ArchitectureRow): [string, ArchitectureRow][] =>
  names.split(' ').map((name) => [name, row]);

const PLAIN: ArchitectureRow = { cache: 'layers' };
const NOTHING: ArchitectureRow = { cache: 'none' };

/** A window on all but one layer of so many, where the file gives its size. */
const withWindow = (period: number, more: { fullFirst?: true; list?: true } = {}): ArchitectureRow => ({
  cache: 'layers',
  window: { when: 'size-given', layers: { period, ...more } },
});

const recurrent = (kind: StateRule['kind']): ArchitectureRow => ({ cache: 'layers', state: { kind, layers: 'all' } });

const hybrid = (kind: StateRule['kind'], more: Partial<StateRule> = {}): ArchitectureRow => ({
  cache: 'layers',
  state: { kind, layers: 'without-kv-heads', ...more },
});

/** Three layers with a state to one that attends; next-token layers are apart. */
const GATED_DELTA: ArchitectureRow = {
  cache: 'layers',
  state: { kind: 'mamba-2', layers: { interval: 4 } },
  nextTokenLayers: 'left-out',
};
const GATED_DELTA_SNAPSHOTS: ArchitectureRow = {
  ...GATED_DELTA,
  state: { kind: 'mamba-2', layers: { interval: 4 }, snapshots: true },
};

/** By `general.architecture`. A name that is missing is not known to llama.cpp of that time. */
export const ARCHITECTURES: ReadonlyMap<string, ArchitectureRow> = new Map([
  // Keys and values of every layer, for the whole context.
  ...rows(
    'apertus arcee arctic baichuan bailingmoe bailingmoe2 bitnet bloom chameleon chatglm codeshell cogvlm',
    PLAIN,
  ),
  ...rows('command-r dbrx deci deepseek deepseek2-ocr dots1 eagle3 ernie4_5 ernie4_5-moe exaone falcon gemma', PLAIN),
  ...rows(
    'glm4 glm4moe gpt2 gptneox granite granitemoe grovemoe hunyuan-dense hunyuan-moe hunyuan_vl internlm2',
    PLAIN,
  ),
  ...rows('jais jais2 llama llama-embed maincoder minicpm minicpm3 minimax-m2 mistral3 mpt nemotron olmo olmoe', PLAIN),
  ...rows('openelm orion paddleocr pangu-embedded phi2 phi3 phimoe plamo plm pockettts qwen qwen2 qwen2moe', PLAIN),
  ...rows('qwen2vl qwen3 qwen3moe qwen3tts qwen3vl qwen3vlmoe refact seed_oss smollm3 stablelm starcoder', PLAIN),
  ...rows('starcoder2 t5 t5encoder talkie xverse', PLAIN),
  ...rows('grok', { cache: 'layers', flashAttention: false }),
  ...rows('nanbeige', { cache: 'layers', loops: true }),
  ...rows('graniteswitch', { cache: 'layers', routerLayer: true }),
  ...rows('hy_v3', { cache: 'layers', nextTokenLayers: 'left-out' }),
  ...rows('gptj', { cache: 'layers', assumed: true }),

  // A sliding window on some layers.
  ...rows('afmoe olmo2', withWindow(4)),
  ...rows('gemma3', withWindow(6)),
  ...rows('laguna', withWindow(4, { fullFirst: true })),
  ...rows('mellum', withWindow(4, { list: true })),
  ...rows('plamo3', withWindow(8)),
  ...rows('smallthinker', {
    cache: 'layers',
    window: { when: 'size-given', fixedSize: 4096, layers: { period: 4, fullFirst: true } },
  }),
  ...rows('dflash', { cache: 'layers', window: { when: 'size-given', layers: 'list' } }),
  ...rows('llama4', { cache: 'layers', window: { when: 'unless-zero', fixedSize: 8192, layers: { period: 4 } } }),
  ...rows('gemma2', { cache: 'layers', window: { when: 'always', size: 4096, layers: { period: 2 } } }),
  ...rows('gpt-oss', { cache: 'layers', window: { when: 'always', layers: { period: 2 } } }),
  ...rows('cohere2', { cache: 'layers', window: { when: 'always', layers: { period: 4 } } }),
  ...rows('cohere2moe', {
    cache: 'layers',
    window: { when: 'always', layers: { period: 4, fullFirst: true, list: true, trunkOnly: true } },
    nextTokenLayers: 'counted',
  }),
  ...rows('muse-glimmer', { cache: 'layers', window: { when: 'always', layers: { period: 4, list: true } } }),
  ...rows('exaone4', {
    cache: 'layers',
    window: { when: { blockCount: 64 }, size: 4096, layers: { period: 4 } },
  }),
  ...rows('exaone-moe', { cache: 'layers', window: { when: 'always', size: 128, layers: { period: 4 } } }),
  ...rows('granite_swa', { cache: 'layers', window: { when: 'always', layers: 'list' } }),
  ...rows('mimo2 step35', {
    cache: 'layers',
    window: { when: 'always', layers: 'list' },
    nextTokenLayers: 'left-out',
  }),
  ...rows('gemma3n', {
    cache: 'layers',
    window: { when: 'always', layers: { period: 5 } },
    sharing: { owners: 20 },
  }),
  ...rows('gemma4', { cache: 'layers', window: { when: 'always', layers: 'list' }, sharing: 'by-key' }),
  ...rows('gemma4-assistant', { cache: 'borrowed' }),

  // One latent vector for keys and values together.
  ...rows('deepseek2 mistral4', { cache: 'layers', latent: true }),

  // An indexer beside the cache.
  ...rows('deepseek32', { cache: 'layers', latent: true, indexer: 'all', nextTokenLayers: 'left-out' }),
  ...rows('glm-dsa', {
    cache: 'layers',
    latent: true,
    indexer: 'listed-or-every-fourth',
    nextTokenLayers: 'left-out',
  }),
  ...rows('dots3note', {
    cache: 'layers',
    latent: true,
    window: { when: 'always', layers: 'list' },
    indexer: 'listed',
    nextTokenLayers: 'left-out',
  }),
  ...rows('minimax-m3', { cache: 'layers', indexer: 'behind-leading-dense' }),
  ...rows('deepseek4', {
    cache: 'compressed',
    window: { when: 'always', layers: 'all' },
    nextTokenLayers: 'if-stored',
  }),

  // A state of fixed size in every layer, or in some of them.
  ...rows('mamba', recurrent('mamba')),
  ...rows('mamba2', recurrent('mamba-2')),
  ...rows('rwkv6 rwkv6qwen2 rwkv7 arwkv7', recurrent('rwkv')),
  ...rows('falcon-h1', hybrid('mamba-2', { layers: 'beside-cache' })),
  ...rows('jamba', hybrid('mamba')),
  ...rows('granitehybrid', hybrid('mamba-2')),
  ...rows('plamo2', { ...hybrid('mamba-2'), headLengthsAlways: true }),
  ...rows('nemotron_h', hybrid('mamba-2', { layers: 'without-kv-heads-and-ffn', snapshots: true })),
  ...rows('nemotron_h_moe', {
    ...hybrid('mamba-2', { layers: 'without-kv-heads-and-ffn', snapshots: true }),
    nextTokenLayers: 'counted',
  }),
  ...rows('lfm2', {
    ...hybrid('short-convolution', { snapshots: true }),
    window: { when: 'size-given', layers: 'attending' },
  }),
  ...rows('lfm2moe', hybrid('short-convolution', { snapshots: true })),
  ...rows('qwen3next', GATED_DELTA),
  ...rows('qwen35 qwen35moe', GATED_DELTA_SNAPSHOTS),
  ...rows('kimi-linear kimi-k3', { ...hybrid('delta-rule'), latent: true }),
  ...rows('bailingmoe3', {
    ...hybrid('delta-rule', { snapshots: true }),
    latent: true,
    nextTokenLayers: 'counted',
  }),
  ...rows('minimax-01', hybrid('lightning', { layers: { interval: 8 } })),

  // Encoders and diffusion models see all tokens at once; image and sound encoders are run by another part of the program.
  ...rows('bert eurobert gemma-embedding jina-bert-v2 jina-bert-v3 modern-bert neo-bert nomic-bert', NOTHING),
  ...rows('nomic-bert-moe wavtokenizer-dec dream llada llada-moe rnd1 clip', NOTHING),
]);
