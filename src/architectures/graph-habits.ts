/**
 * How llama.cpp builds the graph of an architecture where that changes no number, but what is in memory at the same time: only the
 * compute buffers ask (memory/graph/). An architecture that is not here has the usual order (src/models/*.cpp).
 */

export interface GraphHabits {
  /**
   * Where the tokens whose scores nobody asks for are left: in the last layer, behind what mixes tokens; before the norm behind the
   * layers; behind that; or nowhere; `second-step`: there, where its second step begins. `last-layer` where it is not given.
   */
  picks?: 'last-layer' | 'second-step' | 'before-norm' | 'behind-norm' | 'nowhere';
  /** What is kept to the end of a pass for heads that predict further tokens: the residual stream, or the norm of it. */
  keeps?: 'stream' | 'normed';
  /** Sums that stand as residual stream + block, so that the stream is written over; all others stand as block + stream. */
  streamFirst?: 'mixing' | 'network' | 'both';
  /** Where a network stands beside attention, it is added to the residual stream before attention is; else to attention. */
  streamBetween?: true;
  /** The factor on the scores of the tokens stands before the output matrix. */
  scalesBefore?: true;
  /** Only vectors are made, though there is an output matrix. */
  noScores?: true;
  /** Attention is finished before a network beside it is begun; else the network is. */
  attentionFirst?: true;
  /** Blocks beside each other that read the same norm compute it each. */
  normsEach?: true;
  /** The gate on what heads give is looked at by heads before its function, and the product is copied. */
  gatesLate?: true;
  /** Attention reads the keys and values of the batch alone, though there is a cache. */
  ignoresCache?: true;
  /** What an indexer compares is not spread out by a rotation first. */
  plainIndexer?: true;
}

/** Heads for further tokens read the norm behind the layers, so all rows of it are made. */
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

/** The architectures whose graph is built otherwise than usual. */
export const WITH_HABITS: readonly string[] = Object.keys(HABITS);
