/**
 * How the layers of an architecture compute: one row each, as data. What a row leaves open (biases, query and key norms that are
 * optional, a tied output) follows from the tensors that a file has. The facts are those of llama.cpp's graphs (src/models/*.cpp)
 * and of the loader of each architecture's numbers beside them.
 */

export type NormKind = 'rms' | 'layer';

/** Which numbers of a head are turned together: `norm` neighbours, `neox` those half of the turned part apart. */
export type RopePairs = 'norm' | 'neox';

export interface Architecture {
  norm: NormKind;
  /** Null where positions are rows of a table that are added to the embedding. */
  rope: RopePairs | null;
  /** Factors on the rotation: one list (`rope_freqs`), or one for short and one for long contexts (`rope_factors_…`). */
  ropeFactors?: 'one' | 'short-and-long';
  /** Norms of query and key, each head by itself, before the rotation. */
  headNorm?: { kind: NormKind; optional?: true };
  activation: 'silu' | 'gelu';
  /**
   * `gate`: act(gate · x) × up · x. `gate-in-up`: the same, with both in one matrix, the gate first. `plain`: act(up · x).
   */
  feedForward: 'gate' | 'gate-in-up' | 'plain';
  /** Layers may have experts in place of one feed-forward network, or must. */
  experts?: 'allowed' | 'always';
  /** Norms behind attention and feed-forward too, before their result is added. */
  postNorms?: true;
  /** The embedding is multiplied by √(its length). */
  scaledEmbedding?: true;
  /** Layers that see a window of the last tokens only: which, how long it is where no key says so, and their own rotation. */
  window?: { period: number; length: number | null; ropeBase: number | 'global' };
  /** Attention scores are capped: c × tanh(score ÷ c), c from the metadata or this. */
  scoreCap?: number;
  /** The same for the scores of the next token; null: where the metadata has it alone. */
  logitCap?: number | null;
  /** With so many layers the scores are divided by √(embedding ÷ heads) and not by √(length of a head). */
  scaleByEmbeddingAt?: number;
  /** Without a norm before it the feed-forward network reads what attention read, at the same time. */
  parallel?: true;
}

const QWEN3: Architecture = {
  norm: 'rms',
  rope: 'neox',
  headNorm: { kind: 'rms' },
  activation: 'silu',
  feedForward: 'gate',
};

/** By `general.architecture`. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  llama: { norm: 'rms', rope: 'norm', ropeFactors: 'one', activation: 'silu', feedForward: 'gate', experts: 'allowed' },
  qwen2: { norm: 'rms', rope: 'neox', activation: 'silu', feedForward: 'gate' },
  qwen3: QWEN3,
  qwen3moe: { ...QWEN3, experts: 'always' },
  gemma2: {
    norm: 'rms',
    rope: 'neox',
    activation: 'gelu',
    feedForward: 'gate',
    postNorms: true,
    scaledEmbedding: true,
    window: { period: 2, length: 4096, ropeBase: 'global' },
    scoreCap: 50,
    logitCap: 30,
    scaleByEmbeddingAt: 46,
  },
  gemma3: {
    norm: 'rms',
    rope: 'neox',
    headNorm: { kind: 'rms' },
    activation: 'gelu',
    feedForward: 'gate',
    postNorms: true,
    scaledEmbedding: true,
    window: { period: 6, length: null, ropeBase: 10_000 },
    logitCap: null,
    scaleByEmbeddingAt: 62,
  },
  phi3: { norm: 'rms', rope: 'neox', ropeFactors: 'short-and-long', activation: 'silu', feedForward: 'gate-in-up' },
  stablelm: {
    norm: 'layer',
    rope: 'neox',
    headNorm: { kind: 'layer', optional: true },
    activation: 'silu',
    feedForward: 'gate',
    parallel: true,
  },
  starcoder2: { norm: 'layer', rope: 'neox', activation: 'gelu', feedForward: 'plain' },
  gpt2: { norm: 'layer', rope: null, activation: 'gelu', feedForward: 'plain' },
};

/** The architectures that a prompt can be followed through. */
export const TRACED_ARCHITECTURES: readonly string[] = Object.keys(ARCHITECTURES);
