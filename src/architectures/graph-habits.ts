/**
 * Differences in how llama.cpp builds the graph of an architecture that do not change any result, only which tensors are in memory at the
 * same time. Only the compute buffers use them (memory/graph/). Architectures that are not listed have the usual order (src/models/*.cpp).
 */

export interface GraphHabits {
  /**
   * Where tokens whose logits are not requested are dropped. `last-layer` (default): in the last layer, after the block that mixes tokens;
   * `second-step`: in the last layer, before its second step; `before-norm`, `behind-norm`: before or after the output norm; `nowhere`:
   * never.
   */
  picks?: 'last-layer' | 'second-step' | 'before-norm' | 'behind-norm' | 'nowhere';
  /** What is kept until the end of the pass for heads that predict further tokens: the residual stream, or its norm. */
  keeps?: 'stream' | 'normed';
  /** Sums written as residual stream + block, so that the stream is overwritten; all others are written as block + stream. */
  streamFirst?: 'mixing' | 'network' | 'both';
  /**
   * A network in parallel to attention is added to the residual stream first, and attention after it; otherwise it is added to attention.
   */
  streamBetween?: true;
  /** The factor on the logits is applied before the output matrix. */
  scalesBefore?: true;
  /** Only vectors are computed, although there is an output matrix. */
  noScores?: true;
  /** Attention is computed before a network in parallel to it; otherwise the network comes first. */
  attentionFirst?: true;
  /** Parallel blocks that read the same norm each compute it. */
  normsEach?: true;
  /** The gate on the output of the heads is reshaped to heads before its function, and the product is copied. */
  gatesLate?: true;
  /** Attention reads only the keys and values of the batch, although there is a cache. */
  ignoresCache?: true;
  /** The queries and keys of an indexer are not spread by a rotation before they are compared. */
  plainIndexer?: true;
}

/** Heads for further tokens read the output norm, so all its rows are computed. */
const NEXT_TOKEN: GraphHabits = { picks: 'behind-norm', keeps: 'normed' };

const HABITS: Readonly<Record<string, GraphHabits>> = {
  arwkv7: { picks: 'second-step' },
  bailingmoe3: { ...NEXT_TOKEN, gatesLate: true },
  cogvlm: { picks: 'nowhere' },
  cohere2: { streamBetween: true },
  cohere2moe: { ...NEXT_TOKEN, streamBetween: true },
  'command-r': { streamBetween: true },
  deepseek2: { keeps: 'normed' },
  deepseek32: { keeps: 'normed' },
  'falcon-h1': { normsEach: true },
  gemma4: NEXT_TOKEN,
  'glm-dsa': { keeps: 'normed' },
  glm4moe: { keeps: 'normed' },
  gptneox: { streamBetween: true },
  'gpt-oss': { picks: 'before-norm', keeps: 'stream' },
  hrm_text: { picks: 'before-norm' },
  hy_v3: NEXT_TOKEN,
  hy_v4: { plainIndexer: true },
  jamba: { streamFirst: 'both' },
  'kimi-k3': { picks: 'before-norm' },
  lfm2: { streamFirst: 'both' },
  lfm2moe: { streamFirst: 'both' },
  'llama-embed': { ignoresCache: true, noScores: true },
  minicpm3: { scalesBefore: true },
  nemotron_h: NEXT_TOKEN,
  nemotron_h_moe: NEXT_TOKEN,
  openelm: { streamFirst: 'mixing' },
  phi2: { attentionFirst: true },
  phi3: { streamFirst: 'network' },
  phimoe: { streamFirst: 'network' },
  qwen35: NEXT_TOKEN,
  qwen35moe: NEXT_TOKEN,
  qwen3next: NEXT_TOKEN,
  rwkv6: { picks: 'second-step' },
  rwkv6qwen2: { picks: 'second-step' },
  rwkv7: { picks: 'second-step' },
  step35: { picks: 'before-norm', keeps: 'stream' },
};

const USUAL: GraphHabits = {};

export function graphHabits(architecture: string): GraphHabits {
  return Object.hasOwn(HABITS, architecture) ? (HABITS[architecture] as GraphHabits) : USUAL;
}

/** The architectures whose graph is not built in the usual way. */
export const WITH_HABITS: readonly string[] = Object.keys(HABITS);
