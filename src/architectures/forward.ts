/**
 * How a vector travels through a model, as data: the facet of an architecture's description that the computation, the diagram, the
 * compute buffers and the cost read. A layer is a row of steps; a step adds what one or several blocks make of the residual stream.
 *
 * What the file itself shows is not said again: a bias, a factor on a product (`.scale`), a norm of queries and keys, a sink, a shared
 * expert is used where its tensor is stored (llama.cpp's graphs do the same), and which tensors must be there is told by the facet
 * `tensors`. Tensors are named without their layer and without `.weight`: `attn_norm` is `blk.N.attn_norm.weight`.
 */

import type { LayerView } from './layer-view.js';
import type { Recurrence } from './recurrence.js';
import type { LayerViewRule, Rule } from './rule.js';

export type { LayerViewRule, Rule };

/**
 * Root mean square, mean and variance, or length of the vector; `group`: mean and variance of groups of channels; `group-of-all`: of
 * groups of channels of all tokens together, as many as `attention.group_norm_groups` says.
 */
export type NormKind = 'rms' | 'layer' | 'l2' | 'group' | 'group-of-all';

/** `x ↦ …` between two matrices, for each number by itself. `gelu` is the form with tanh, `gelu-erf` the exact one. */
export type Pointwise =
  | 'silu'
  | 'gelu'
  | 'gelu-erf'
  | 'gelu-quick'
  | 'relu'
  | 'relu-squared'
  | 'sigmoid'
  | 'softplus'
  | 'tanh';

/**
 * What stands between the matrices of a network. A pointwise function: f(gate) × up, or f(up) where there is no gate. `xielu`: its four
 * numbers stand in the keys `xielu.*`. `swiglu-oai`: gate and up are cut off at `limit`, g · σ(alpha g) × (up + 1). `situ`:
 * beta tanh(gate ÷ beta) · σ(gate) × linearBeta tanh(up ÷ linearBeta), the last as it is where linearBeta is 0.
 */
export type Activation =
  | Pointwise
  | { kind: 'xielu'; alphaN: number; alphaP: number; beta: number; epsilon: number }
  | { kind: 'swiglu-oai'; alpha: number; limit: number }
  | { kind: 'situ'; beta: number; linearBeta: number };

/** Cuts off what is multiplied: up on both sides at ± limit, and from above at `limit` the gate, before its function or behind it. */
export interface Clamp {
  limit: number;
  gate: 'before' | 'behind';
}

export interface Forward {
  /** The kind of norm wherever a step does not say another. */
  norm: NormKind;
  /** The small number in norms, where the loader reads no key for it. */
  epsilon?: number;
  /** Where the key of RMS norms' small number is missing, that of layer norms holds. */
  rmsEpsilonElse?: 'layer';
  /**
   * What runs before the layers: an encoder, whose vectors cross attention reads (`for-attention`), while the layers begin with tokens
   * of their own; or the first part of the way, whose vectors go on into the layers (`for-layers`). Both end with their output's norm.
   */
  before?: { forward: Forward; gives: 'for-attention' | 'for-layers' };
  /** Where the layers stand, if not in `blk.N` of `block_count` layers with vectors of `embedding_length`. */
  stack?: Stack;
  input: Input;
  /** More residual streams than one. */
  streams?: Streams;
  /** The layer as its numbers and tensors make it. */
  layer: (at: LayerView) => Layer;
  cycles?: Cycles;
  altUp?: AltUp;
  adapters?: Adapters;
  output: Output;
}

/** Layers that have names and numbers of their own. */
export interface Stack {
  /** What stands before the number of a layer in the names of its tensors: `enc.blk`. */
  trunk: string;
  /** The key that says how many layers there are; where it is missing, `block_count` does. */
  count?: string;
  /** The key that says how long their vectors are. */
  width?: string;
}

/**
 * Alternating updates (AltUp, https://arxiv.org/abs/2301.13310): each token has several vectors, and the steps of a layer read and change
 * the first. The others are foretold from all of them, and corrected by what the layer made of the first (alternating-updates.ts).
 */
export interface AltUp {
  vectors: Rule<number>;
}

/**
 * Low-rank adapters in the model's own file that tokens of the prompt switch on (https://arxiv.org/abs/2106.09685): a matrix with
 * `.lora_a` and `.lora_b` beside it gives W x + B A x, with A and B of the token's adapter. `adapters.token_ids_activate` lists the token
 * that switches each of `adapters.count` adapters of rank `adapters.lora_rank` on, `adapters.token_ids_substitute` the one that is read
 * in its place. Which adapter a token goes through a head of attention finds out (switched-adapters.ts).
 */
export interface Adapters {
  /** How strongly that head looks at tokens that switch. */
  gain: Rule<number>;
}

/**
 * Two stacks of layers that run in turns over two vectors of each token, a low and a high one (hierarchical reasoning model,
 * https://arxiv.org/abs/2506.21734). In each of so many cycles the low stack runs so many times, then the high one once; both read low +
 * high, and what they give behind a norm without learned numbers is the new low, or the new high. The token's row is the first high, a
 * stored vector the first low of all tokens. `block_count` counts the layers of all runs; stored are those of the low stack, then those
 * of the high one.
 */
export interface Cycles {
  /** Keys of the layers of a stack, of the cycles, and of the runs of the low stack in each. */
  layers: string;
  cycles: string;
  lowRuns: string;
  /** Name of the tensor with the first low. */
  firstLow: string;
}

/**
 * Residual streams beside each other (hyper-connections, https://arxiv.org/abs/2409.19606): as many as `hyper_connection.count` says,
 * which begin alike. A step reads a mix of them and gives what its branches add to each stream, by a weight of its own; from x, all
 * streams of a token together, matrices tell how. `independent`, `crossed` (https://arxiv.org/abs/2512.24880): of fn · rms(x), times
 * `scale` and plus `base`, σ of the first numbers weighs the streams for the mix, σ of the next what each is given, and where they are
 * crossed the others say how much of every stream goes into which. `gated`: the streams' norms, each number gated by σ(up silu(down x)),
 * make the mix, and `inject` tells what each is given.
 */
export type Streams = 'independent' | 'crossed' | 'gated';

export interface Input {
  /** The key that says how long the rows of the token table are, where they are not as long as the vectors. */
  width?: string;
  /** A convolution over the rows, which makes the vectors of the first layer: its tensor. */
  convolution?: string;
  /** Factor on the rows of the token table. */
  scale?: Rule<number>;
  /** A norm behind the sum of the rows: `token_embd_norm`, or one without learned numbers. */
  norm?: string | { bare: NormKind };
  /** Rows of `position_embd` are added, one for each position. */
  positions?: 'learned';
  /**
   * Each layer has a vector of its own for each token: a row of `per_layer_token_embd`, times √ its length, and what
   * `per_layer_model_proj` makes of the token's row, normed; the sum divided by √2.
   */
  layerEmbeddings?: Rule<{ length: number } | null>;
  /** Row 0 of `token_types` is added (llama.cpp has no other type). */
  tokenTypes?: true;
}

export interface Layer {
  steps: readonly Step[];
  /** Factor on the whole residual stream behind the layer. */
  outputScale?: Rule<number>;
  /** Factor on the whole residual stream that is stored; used where it is. */
  storedOutputScale?: string;
  /** What the first layer read, times this number of the layer, is added behind the layer: `layer_output_scale`. */
  addsInput?: string;
  /** What this gives is added to the token's other vectors, not to the one that the steps change (`AltUp`). */
  forOthers?: Branch;
  /** A norm that belongs to no layer, behind this one: between the rounds of a model whose layers run several times. */
  normBehind?: string;
}

/** Its branches read the same residual stream and are added to it together. */
export interface Step {
  branches: readonly Branch[];
  /** Norm of the sum of the branches, before it is added. */
  normOfSum?: string;
  /** Norm of the sum of the residual stream and the branches (BERT). */
  normBehindSum?: string;
  /** Factor on the residual stream before the branches are added to it; 1 where there is none. */
  residualScale?: Rule<number>;
  /** The residual stream goes on as the norm of the first branch left it. */
  residualIsNormed?: true;
  /** Its branches read a mix of the residual stream and those that were put aside, weighed by this tensor's scores. */
  mixesWith?: string;
  /** What stands before `_fn`, `_scale`, `_base` (or `_norm`, `_down`, `_up`, `_inject`) of the tensors that mix several residual streams. */
  streams?: string;
  /** The residual stream is put aside, and begins anew with what the branches add. */
  putsAside?: Rule<boolean>;
}

export interface Branch {
  /** Norm before the block. Null: none; where the tensor is not stored, what the branch before it read is read. */
  norm: string | null;
  /** Reads what the layer found, not the residual stream as it is by now. */
  reads?: 'layer-input';
  normKind?: NormKind;
  /** The norm has no learned numbers: its tensor is not looked for. */
  bareNorm?: true;
  block: Block;
  /** Norm of what the block gives, before it is added; `epsilon` in place of the key's. */
  post?: string | { norm: string; epsilon: number };
  /** Factor on what is added. */
  scale?: Rule<number>;
}

export type Block =
  | Attention
  | LatentAttention
  | CompressedAttention
  | Linear
  | Identity
  | Laurel
  | LayerEmbedding
  | FeedForward
  | Recurrence
  | ConvolutionBlock;

/**
 * The token's own vector for this layer: `inp_gate` brings the residual stream to its length, what the activation makes of that is
 * multiplied with it, and `proj` brings the product back (Gemma 3n and 4). `Input.layerEmbeddings` says how the vectors are made.
 */
export interface LayerEmbedding {
  kind: 'layer-embedding';
  activation: Pointwise;
  /** Numbers that the residual stream is multiplied with before. */
  scaledBy?: string;
}

/** What is read, as it is: the residual stream or what the layer found is added once more. */
export interface Identity {
  kind: 'identity';
}

/**
 * A learned residual (LAuReL, https://arxiv.org/abs/2411.07501): what it reads, x, and the norm `laurel_post_norm` of what two narrow
 * matrices make of it: x + norm(R L x), with L `laurel_l` and R `laurel_r`.
 */
export interface Laurel {
  kind: 'laurel';
}

/** One matrix, in place of attention (pruned models). */
export interface Linear {
  kind: 'linear';
  tensor: string;
}

/** Softmax attention with heads of queries, keys and values. */
export interface Attention {
  kind: 'attention';
  /** What stands before `_q`, `_k`, `_v`, `_qkv`, `_output` in the names of its tensors; `attn` where it is not given. */
  names?: string;
  /** Numbers of a head's query and key, and of its value; the model's own keys where it is not given. */
  headLengths?: Rule<{ key: number; value: number }>;
  /** Norms of queries and keys; used where their tensors are stored, or without learned numbers. */
  headNorm?: Rule<HeadNorm | null>;
  /** What stands behind them in the name of the output matrix; `output` where it is not given. */
  outputName?: string;
  /** Its matrices are kernels of convolutions over one token: rounded to half precision, and stored with one more axis. */
  convolutions?: true;
  /** One head as long as the vectors, whatever the keys say. */
  oneHead?: true;
  /** Keys and values are made of the vectors of the encoder (cross attention). */
  keysFrom?: 'encoder';
  /** A learned number for each head and distance is added to the scores (T5): its tensor, that of layer 0 where the layer has none. */
  distanceBias?: string;
  /**
   * How the parts of `attn_qkv` lie: one behind the other (where it is not given), each at its third of the rows, or one behind the
   * other in a matrix of three times the embedding's rows, whose last rows are not used where keys have fewer heads.
   */
  fusedParts?: 'thirds' | 'in-thrice-the-rows';
  /** Values of each head are normalized, without a weight. */
  valueNorm?: NormKind;
  /** Null: queries and keys are not rotated. */
  rotation: Rule<Rotation | null>;
  /** Which other tokens a token sees. */
  sees: 'earlier' | 'all';
  /** Of those only the ones in this window; null: all. Which layers have one is told by the facet `cache`. */
  window?: Rule<{ tokens: number; shape: 'behind' | 'both-sides' | 'chunk' } | null>;
  /** Factor on the scores; 1 ÷ √(length of a key) where it is not given. */
  scale?: Rule<number>;
  /** Factor on the query of a token at a position, from 0. */
  temperature?: (at: LayerView) => ((position: number) => number) | null;
  /** Scores are capped: cap × tanh(score ÷ cap). 0: not. */
  cap?: Rule<number>;
  /** Largest slope of ALiBi, which takes from a score by distance; 0: none. */
  alibi?: Rule<number>;
  /** Queries, keys and values are cut off at ± this; 0: not. */
  clamp?: Rule<number>;
  /** Values are multiplied with this. */
  valueScale?: Rule<number>;
  /** What the heads give is multiplied with σ (or another function) of this: a matrix of its own that reads what attention read, or the second half of each query head. */
  gate?: { from: 'matrix'; tensor: string; through?: Pointwise } | { from: 'query' };
  /** llama.cpp leaves out the bias of the query matrix, where a file has one. */
  ignoresQueryBias?: Rule<boolean>;
  /** llama.cpp leaves out the bias of the output matrix, where a file has one. */
  ignoresOutputBias?: true;
  /** Norm of what the heads give together, before the output matrix. */
  innerNorm?: string;
  /** The layer whose keys and values are read in place of own ones; null: own ones. */
  keysOf?: Rule<number | null>;
  /** Values are the keys, as projected, where there is no matrix for them. */
  valuesFromKeys?: true;
  /** A token looks at the blocks of tokens that this picks; where it is not given, at all tokens that it sees. */
  blockIndexer?: BlockIndexer;
}

/**
 * Picks whole blocks of `attention.compress_ratios` tokens (Qwen 4): `indexer.q_proj` and `indexer.k_proj` with a norm each, one key for a
 * block, the mean of its tokens'. A token looks at the blocks with the best scores, `attention.indexer.top_k` tokens, and at the
 * unfinished block that it stands in. How its queries are turned, and how the keys of blocks, which are at their first position.
 */
export interface BlockIndexer {
  queries: Rotation;
  blocks: Rotation;
}

/**
 * Norms of queries and keys (`attn_q_norm`, `attn_k_norm`): of each head, or of all heads at once, as their shape tells. `bare`: without
 * learned numbers, of both or of the keys alone. `epsilon` in place of the key's.
 */
export interface HeadNorm {
  kind: NormKind;
  place: 'before-rotation' | 'behind-rotation';
  bare?: 'both' | 'keys';
  epsilon?: number;
}

/**
 * Attention that reads keys and values of all heads from one short vector of each token (multi-head latent attention,
 * https://arxiv.org/abs/2405.04434). Queries come from `attn_q`, or by way of a short vector from `attn_q_a` and `attn_q_b`;
 * `attn_kv_a_mqa` gives the short vector and, behind it, the part of the key that is rotated. From there `attn_kv_b` gives every head
 * its key and value, or the heads look at the short vector itself through `attn_k_b` and `attn_v_b`: which of them is stored decides.
 * Lengths stand in the keys `attention.kv_lora_rank`, `attention.key_length_mla` and `attention.value_length_mla` (without them
 * `key_length`, `value_length`; `…_swa` in layers with a window, where the file has those), and the last `rope.dimension_count`
 * numbers of a query are the ones that are rotated. `attn_k_norm` is a norm of the part of the key that is rotated.
 */
export interface LatentAttention {
  kind: 'latent-attention';
  /** Null: nothing is rotated, though the keys have the part for it. */
  rotation: Rule<Rotation | null>;
  /** Of the tokens before it a token sees only the ones in this window; the facet `cache` tells where it is not given. */
  window?: Rule<{ tokens: number; shape: 'behind' | 'both-sides' | 'chunk' } | null>;
  /** Factor on the scores; 1 ÷ √(length of a key) where it is not given. */
  scale?: Rule<number>;
  temperature?: (at: LayerView) => ((position: number) => number) | null;
  /** What the heads give is multiplied with σ of this, for each number or each head. */
  gate?: { from: 'matrix'; tensor: string };
  /** Null: all tokens that attention sees are looked at. */
  indexer?: Rule<Indexer | null>;
}

/**
 * Picks the tokens that attention looks at (DeepSeek sparse attention, https://arxiv.org/abs/2512.02556). Its heads have queries q, from
 * the short vector of the layer's query (`indexer.attn_q_b`), which share one key k of each token (`indexer.attn_k`, with a layer norm
 * `indexer.k_norm`), and a token's vector tells how much each head counts (`indexer.proj`, w): Σ w relu(q · k) ÷ √(heads × length). A
 * token looks at the `attention.indexer.top_k` tokens with the most. The facet `cache` tells which layers have an indexer; the others
 * take what the one before them picked.
 */
export interface Indexer {
  rotation: Rotation;
  /** The small number in the norm of its keys. */
  epsilon: number | 'rms';
}

/**
 * Attention whose heads share one key for each token (`attn_kv`, with its norm `attn_kv_a_norm`), which is its value as well, and that
 * looks beyond its window at entries which stand for several tokens each (DeepSeek V4). Queries come by way of a short vector
 * (`attn_q_a`, `attn_q_b`) and each head's is normalized. What the heads give is turned back by the position of the query; groups of
 * heads then go through a matrix each (`attn_output_a`, by `attention.output_group_count` and `attention.output_lora_rank`) and all
 * together through `attn_output_b`.
 */
export interface CompressedAttention {
  kind: 'compressed-attention';
  rotation: Rule<Rotation>;
  /** Null: only the window is seen; undefined: the file must say, and does not. */
  entries: Rule<Entries | null | undefined>;
}

/**
 * An entry is the sum of what so many tokens in a row give (`…_kv`), each number weighed by the softmax of the tokens' scores for it
 * (`…_gate`, plus the row of `…_ape` for the token's place in the entry), then normalized (`…_norm`) and turned by the position of its
 * first token.
 */
export interface Entries {
  tokens: number;
  /** Each entry also reads the tokens of the one before it, for which the matrices have rows of their own, the first half. */
  overlap: boolean;
  /** An indexer, whose own keys are entries of the same kind (`indexer_compressor_…`), picks the entries that are looked at. */
  picked: boolean;
}

/** How queries and keys are turned by their position. Base, stretch and YaRN are read from the keys of `rope.*`. */
export interface Rotation {
  /** Numbers that turn together: neighbors, or half of the turned part apart. */
  pairs: 'neighbors' | 'halves';
  /** The numbers that turn are the last of a head, not the first. */
  turns?: 'last';
  /**
   * M-RoPE (https://arxiv.org/abs/2409.12191): the pairs belong to sections of their own for time, height, width and one more, by
   * `rope.dimension_sections`, one section behind the other or the first three in turns. For text the first three turn alike and the
   * fourth not at all.
   */
  sections?: 'in-order' | 'in-turns';
  /** Numbers of a head that turn; where it is not given: `rope.dimension_count` (`…_swa` in layers with a window), or the whole head. */
  dimensions?: number | 'head';
  /**
   * In layers with a window: the base where `rope.freq_base_swa` is missing (`model`: that of the other layers), and whether positions
   * are stretched like there. Where it is not given, base and stretch are those of the other layers.
   */
  inWindow?: { base: number | 'model'; readsKey: boolean; stretched: boolean };
  /** Base whatever the keys say. */
  base?: number;
  /** Where YaRN's transition begins, if no key says so; 32 where it is not given. */
  betaFast?: number;
  /** Neither stretched by a factor nor by YaRN, whatever the keys say. */
  plain?: true;
  /** What is turned keeps its length, also where YaRN would make it longer. */
  keepsLength?: true;
  /**
   * Keys of YaRN that the loader reads: where its transition lies, the multiplier of its growth (and, `both`, of what that is divided by),
   * and its factors. The others have their defaults.
   */
  yarnKeys?: readonly ('betas' | 'log-multiplier' | 'log-multiplier-tenfold' | 'log-multiplier-both' | 'factors')[];
  /** Divisors of each pair's angle: `rope_freqs`, or the long or the short list of `rope_factors_…`; used where they are stored. */
  factors?: 'one' | 'short-and-long';
}

export interface FeedForward {
  kind: 'feed-forward';
  /** Where `ffn_gate` is stored it goes through this and is multiplied with `ffn_up`; else `ffn_up` goes through it. */
  activation: Rule<Activation>;
  /** `ffn_up` holds the gate as well: gate first. */
  gateInUp?: Rule<boolean>;
  /** llama.cpp leaves out the biases, where a file has them. */
  ignoresBiases?: true;
  /** Numbers between the matrices; `feed_forward_length` where it is not given. */
  length?: Rule<number>;
  clamp?: Rule<Clamp | null>;
  /**
   * Of what the gate gives only numbers so many standard deviations above their mean go on, less that threshold; the others are 0
   * (statistical top-k, https://arxiv.org/abs/2506.06644). Null: all go on.
   */
  gateThreshold?: Rule<number | null>;
  /** Norm between the matrices: `ffn_sub_norm`. */
  innerNorm?: string;
  /** What the activation gives is divided by these numbers, where they are stored: `ffn.act.scales`. */
  divisor?: string;
  /** Where `ffn_gate_inp` is stored the layer has experts in place of, or beside, the network above. */
  experts?: Experts;
}

/** Networks of convolutions over the tokens before and behind each, as in decoders of sound; each output has the length of the input. */
export interface ConvolutionBlock {
  /**
   * `convolutions`: norm, silu, convolution, twice (`norm1`, `conv1`, `norm2`, `conv2`; https://arxiv.org/abs/1512.03385). `conv-next`: a
   * convolution of each channel by itself, a norm, two matrices with GELU between them, a factor for each channel (`dw`, `norm`, `pw1`,
   * `pw2`, `gamma`; https://arxiv.org/abs/2201.03545).
   */
  kind: 'convolutions' | 'conv-next';
}

/** How a router's scores become weights; `softmax-of-chosen`: only over the chosen ones. */
export type Gating = 'softmax' | 'sigmoid' | 'softmax-of-chosen' | 'sqrt-softplus';

/** Which experts a token goes through, and how much each counts. */
export interface Experts {
  /** Which experts a token goes through stands in this table, a row for each token; null: the scores choose; undefined: the file must say. */
  byToken?: Rule<string | null | undefined>;
  /** How scores become weights; undefined: the file must say, and does not. */
  gating: Rule<Gating | undefined>;
  /** Whether the weights of the chosen are made to sum to 1. */
  normalized: Rule<boolean>;
  /** Factor on the weights; 1 where it is not given. */
  scale?: Rule<number>;
  /** The weight multiplies what goes into the expert, not what comes out. */
  weightsBefore?: true;
  /** What the router reads where it is not what the experts read. */
  routerReads?: 'layer-input' | 'attention-output' | 'residual';
  /** The router reads that behind a norm without learned numbers, divided by √ its length and times `ffn_gate_inp.scale`. */
  routerNormed?: true;
  activation?: Rule<Activation>;
  /** Numbers between the matrices of an expert; by `expert_feed_forward_length` where it is not given. */
  length?: Rule<number>;
  clamp?: Rule<Clamp | null>;
  /** The dense network of the layer works beside the experts, where it is stored; their sum is multiplied with this. */
  besideDense?: number;
  /** Where there are experts of every token, the sum of theirs and of the chosen ones is halved. */
  sharedHalves?: true;
  /** The same clamp for the experts of every token. */
  sharedClamp?: Rule<Clamp | null>;
  /**
   * Experts that read a short vector: `…_down` makes it, `…_up` brings what they give back, and `…_norm` goes over that before; used
   * where `…_down` is stored. The router and the shared experts read the whole vector.
   */
  latent?: 'ffn_latent' | 'ffn_routed';
  /** Numbers inside the shared experts (`ffn_*_shexp`); from their tensors where it is not given. */
  sharedLength?: Rule<number>;
  adjugate?: Rule<AdjugateExperts>;
}

/**
 * Small experts (`ffn_*_chexps`), one for each group of neighboring ones (Grove MoE, https://arxiv.org/abs/2508.07785). They read what
 * the chosen experts give together, and what they make of it is added times `scale`. llama.cpp takes the best experts by the same
 * router once more, as many as before but not more than there are small ones, and goes to the small one of each one's group. Its weight
 * is the router's at the number of the small one.
 */
export interface AdjugateExperts {
  /** Experts of a group; undefined: the file must say, and does not. */
  perGroup: number | undefined;
  scale: number | undefined;
}

export interface Output {
  /** The output matrix gives features for another program, and no scores of tokens: sound. */
  features?: true;
  /** The same of the tensors that mix several residual streams behind the last layer. */
  streams?: string;
  /** The norm reads a mix of the residual stream and those that were put aside, weighed by this tensor's scores; null: it does not. */
  mixesWith?: Rule<string | null>;
  /** Norm behind the last layer; null: none. `output_norm` where it is not given. */
  norm?: string | null;
  normKind?: Rule<NormKind>;
  /** The norm has no learned numbers. */
  bareNorm?: true;
  /** Factor on the scores of the tokens. */
  scale?: Rule<number>;
  /** Scores are capped: cap × tanh(score ÷ cap). 0: not. */
  cap?: Rule<number>;
  /**
   * Where a model that ranks (`pooling_type` 4) has its vector from, if not from the first token; what the classifier's hidden layer goes
   * through, if not tanh; and whether its scores become shares.
   */
  rank?: { from?: 'mean' | 'last'; through?: Pointwise; softmax?: true };
  /** llama.cpp leaves out `output.bias`, where a file has one. */
  ignoresBias?: true;
  /** Tokens, from the first to before the second, that are never foretold: those that stand for parts of images. */
  suppressed?: readonly [from: number, to: number];
}
