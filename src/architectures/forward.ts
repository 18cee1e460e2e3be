/**
 * How a vector travels through a model, as data: the facet of an architecture's description that the computation, the diagram, the compute
 * buffers and the cost read. A layer is a list of steps; a step adds the output of one or several blocks to the residual stream.
 *
 * The description does not repeat what the file shows. A bias, a factor on a product (`.scale`), a norm of queries and keys, a sink or a
 * shared expert is used if its tensor is stored, as in llama.cpp's graphs; the facet `tensors` lists the required ones. Tensors are named
 * without their layer and without `.weight`: `attn_norm` is `blk.N.attn_norm.weight`.
 */

import type { LayerView } from './layer-view.js';
import type { Recurrence } from './recurrence.js';
import type { LayerViewRule, Rule } from './rule.js';

export type { LayerViewRule, Rule };

/**
 * `rms`: root mean square; `layer`: mean and variance; `l2`: length of the vector; `group`: mean and variance of groups of channels;
 * `group-of-all`: of groups of channels over all tokens together. `attention.group_norm_groups` is the number of groups.
 */
export type NormKind = 'rms' | 'layer' | 'l2' | 'group' | 'group-of-all';

/** A function `x ↦ …` between two matrices, applied to each element separately. `gelu` is the form with tanh, `gelu-erf` the exact one. */
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
 * The activation between the matrices of a feed-forward network. A pointwise function: f(gate) × up, or f(up) without a gate. `xielu`: its
 * four parameters come from the keys `xielu.*`. `swiglu-oai`: gate and up are clamped at `limit`, g · σ(alpha g) × (up + 1). `situ`: beta
 * tanh(gate ÷ beta) · σ(gate) × linearBeta tanh(up ÷ linearBeta), with up itself as the last factor if linearBeta is 0.
 */
export type Activation =
  | Pointwise
  | { kind: 'xielu'; alphaN: number; alphaP: number; beta: number; epsilon: number }
  | { kind: 'swiglu-oai'; alpha: number; limit: number }
  | { kind: 'situ'; beta: number; linearBeta: number };

/** Clamps the two factors: up to ± limit, and the gate to at most `limit`, before its activation function or after (`behind`) it. */
export interface Clamp {
  limit: number;
  gate: 'before' | 'behind';
}

export interface Forward {
  /** The kind of norm, unless a step gives another. */
  norm: NormKind;
  /** The epsilon of the norms, for loaders that read no key for it. */
  epsilon?: number;
  /** If the key for the epsilon of RMS norms is missing, the key for layer norms is used. */
  rmsEpsilonElse?: 'layer';
  /**
   * A forward pass that runs before the layers: an encoder whose vectors cross attention reads, while the layers start from their own
   * tokens (`for-attention`); or a first part whose vectors enter the layers (`for-layers`). Both end with the norm of their output.
   */
  before?: { forward: Forward; gives: 'for-attention' | 'for-layers' };
  /** The stack of the layers, if it is not `blk.N` with `block_count` layers and vectors of `embedding_length`. */
  stack?: Stack;
  input: Input;
  /** Given if there are several residual streams. */
  streams?: Streams;
  /** Describes one layer, from its hyperparameters and stored tensors. */
  layer: (at: LayerView) => Layer;
  cycles?: Cycles;
  altUp?: AltUp;
  adapters?: Adapters;
  output: Output;
}

/** A stack of layers with its own tensor names and keys. */
export interface Stack {
  /** The part of the tensor names before the layer number: `enc.blk`. */
  trunk: string;
  /** The key for the number of layers; `block_count` if it is missing. */
  count?: string;
  /** The key for the length of their vectors. */
  width?: string;
}

/**
 * Alternating updates (AltUp, https://arxiv.org/abs/2301.13310): each token has several vectors, and the steps of a layer read and change
 * the first. The others are predicted from all of them and corrected by the layer's change to the first (alternating-updates.ts).
 */
export interface AltUp {
  vectors: Rule<number>;
}

/**
 * Low-rank adapters inside the model file that tokens of the prompt switch on (https://arxiv.org/abs/2106.09685). A matrix W with `.lora_a`
 * and `.lora_b` gives W x + B A x, with A and B of the token's adapter. There are `adapters.count` adapters of rank `adapters.lora_rank`.
 * For each adapter, `adapters.token_ids_activate` lists the token that switches it on, and `adapters.token_ids_substitute` the token that
 * the model reads instead. An attention head determines the adapter of each token (switched-adapters.ts).
 */
export interface Adapters {
  /** How strongly that head attends to the switching tokens. */
  gain: Rule<number>;
}

/**
 * Two stacks of layers that alternate over two vectors of each token, a low and a high one (hierarchical reasoning model,
 * https://arxiv.org/abs/2506.21734). In each cycle the low stack runs `lowRuns` times, then the high stack runs once. Both read low + high;
 * their output, after a norm without weights, is the new low or the new high vector. The token's embedding is the first high vector; one
 * stored vector is the first low vector of all tokens. `block_count` counts the layers of all runs; the file stores the layers of the low
 * stack, then those of the high stack.
 */
export interface Cycles {
  /** Keys for the number of layers in a stack, of cycles, and of runs of the low stack in each cycle. */
  layers: string;
  cycles: string;
  lowRuns: string;
  /** Name of the tensor with the first low vector. */
  firstLow: string;
}

/**
 * Several residual streams (hyper-connections, https://arxiv.org/abs/2409.19606): `hyper_connection.count` of them, equal at the start. A
 * step reads a mix of the streams and adds the result of its branches to each stream with a separate weight. Matrices compute these weights
 * from x, the concatenated streams of a token. `independent`, `crossed` (https://arxiv.org/abs/2512.24880): compute fn · rms(x), times
 * `scale`, plus `base`. σ of its first elements gives the weight of each stream in the mix, σ of the next the weight of the result for each
 * stream; with `crossed` the rest gives how much of each stream flows into each other. `gated`: the mix is made of the normalized streams,
 * each element gated by σ(up silu(down x)), and `inject` gives the weights of the result.
 */
export type Streams = 'independent' | 'crossed' | 'gated';

export interface Input {
  /** The key for the length of the token table's rows, if it differs from the length of the vectors. */
  width?: string;
  /** The tensor of a convolution over the rows, which makes the input vectors of the first layer. */
  convolution?: string;
  /** Factor on the rows of the token table. */
  scale?: Rule<number>;
  /** A norm after the sum of the rows: `token_embd_norm`, or a norm without weights. */
  norm?: string | { bare: NormKind };
  /** Rows of `position_embd` are added, one for each position. */
  positions?: 'learned';
  /**
   * Each layer has a separate vector for each token: a row of `per_layer_token_embd` times √ of its length, plus the normalized projection
   * of the token's row by `per_layer_model_proj`; the sum is divided by √2.
   */
  layerEmbeddings?: Rule<{ length: number } | null>;
  /** Row 0 of `token_types` is added (llama.cpp has no other type). */
  tokenTypes?: true;
}

export interface Layer {
  steps: readonly Step[];
  /** Factor on the whole residual stream after the layer. */
  outputScale?: Rule<number>;
  /** Tensor of a factor on the whole residual stream; used if it is stored. */
  storedOutputScale?: string;
  /** Tensor of a number for each layer (`layer_output_scale`): the input of the first layer times this number is added after the layer. */
  addsInput?: string;
  /** Its result is added to the token's other vectors, not to the one that the steps change (`AltUp`). */
  forOthers?: Branch;
  /** A norm after this layer that does not belong to any layer: between the rounds of a model whose layers run several times. */
  normBehind?: string;
}

/** All branches of a step read the same residual stream; their results are added to it together. */
export interface Step {
  branches: readonly Branch[];
  /** Norm of the sum of the branches, before it is added. */
  normOfSum?: string;
  /** Norm of the sum of the residual stream and the branches (BERT). */
  normBehindSum?: string;
  /** Factor on the residual stream before the branches are added to it; 1 if not given. */
  residualScale?: Rule<number>;
  /** The output of the first branch's norm becomes the residual stream. */
  residualIsNormed?: true;
  /** The branches read a mix of the residual stream and the saved streams, weighted by the scores from this tensor. */
  mixesWith?: string;
  /** Prefix, before `_fn`, `_scale`, `_base` (or `_norm`, `_down`, `_up`, `_inject`), of the tensors that mix several residual streams. */
  streams?: string;
  /** The residual stream is saved, and a new one starts with the sum of the branches. */
  putsAside?: Rule<boolean>;
}

export interface Branch {
  /** Norm before the block; null: no norm. If its tensor is not stored, the block reads the same input as the previous branch. */
  norm: string | null;
  /** The branch reads the input of the layer, not the current residual stream. */
  reads?: 'layer-input';
  normKind?: NormKind;
  /** The norm has no weights, so no tensor is looked for. */
  bareNorm?: true;
  block: Block;
  /** Norm of the block's output before it is added; `epsilon` replaces the value of the key. */
  post?: string | { norm: string; epsilon: number };
  /** Factor on the result before it is added. */
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
 * Applies the token's vector for this layer (Gemma 3n and 4): `inp_gate` projects the residual stream to the length of that vector, the
 * result goes through the activation and is multiplied with the vector, and `proj` projects the product back. `Input.layerEmbeddings` says
 * how the vectors are made.
 */
export interface LayerEmbedding {
  kind: 'layer-embedding';
  activation: Pointwise;
  /** Tensor of factors on the residual stream before `inp_gate`. */
  scaledBy?: string;
}

/** Outputs its input unchanged: the residual stream or the layer's input is added once more. */
export interface Identity {
  kind: 'identity';
}

/**
 * A learned residual (LAuReL, https://arxiv.org/abs/2411.07501): x + norm(R L x) of its input x, with the narrow matrices L `laurel_l` and
 * R `laurel_r` and the norm `laurel_post_norm`.
 */
export interface Laurel {
  kind: 'laurel';
}

/** One matrix instead of attention (pruned models). */
export interface Linear {
  kind: 'linear';
  tensor: string;
}

/** Softmax attention with heads of queries, keys and values. */
export interface Attention {
  kind: 'attention';
  /** Prefix of its tensor names before `_q`, `_k`, `_v`, `_qkv`, `_output`; default `attn`. */
  names?: string;
  /** Length of one head's query and key vectors, and of its value vector; default: from the metadata. */
  headLengths?: Rule<{ key: number; value: number }>;
  /** Norms of queries and keys; used if their tensors are stored or if they need none (`bare`). */
  headNorm?: Rule<HeadNorm | null>;
  /** Name of the output matrix after the prefix; default `output`. */
  outputName?: string;
  /** Its matrices are convolution kernels over one token: rounded to half precision, and stored with an additional axis. */
  convolutions?: true;
  /** There is one head with the length of the vectors, whatever the keys say. */
  oneHead?: true;
  /** Keys and values are computed from the vectors of the encoder (cross attention). */
  keysFrom?: 'encoder';
  /**
   * Tensor of a learned bias for each head and distance that is added to the scores (T5); if the layer has none, that of layer 0 is used.
   */
  distanceBias?: string;
  /**
   * Layout of the parts of `attn_qkv`. Default: one after the other. `thirds`: each part starts at its third of the rows.
   * `in-thrice-the-rows`: one after the other in a matrix with three times as many rows as the embedding is long; its last rows are unused
   * if keys have fewer heads.
   */
  fusedParts?: 'thirds' | 'in-thrice-the-rows';
  /** The values of each head are normalized without weights. */
  valueNorm?: NormKind;
  /** Null: queries and keys are not rotated. */
  rotation: Rule<Rotation | null>;
  /** Which other tokens a token sees. */
  sees: 'earlier' | 'all';
  /** Restricts these tokens to a window; null: no window. The facet `cache` says which layers have one. */
  window?: Rule<{ tokens: number; shape: 'behind' | 'both-sides' | 'chunk' } | null>;
  /** Factor on the attention scores; default 1 ÷ √(length of a key). */
  scale?: Rule<number>;
  /** Factor on the query of a token, by its position from 0. */
  temperature?: (at: LayerView) => ((position: number) => number) | null;
  /** Scores are capped: cap × tanh(score ÷ cap). 0: not used. */
  cap?: Rule<number>;
  /** Largest slope of ALiBi, which lowers a score in proportion to the distance; 0: not used. */
  alibi?: Rule<number>;
  /** Queries, keys and values are clamped to ± this; 0: not used. */
  clamp?: Rule<number>;
  /** Factor on the values. */
  valueScale?: Rule<number>;
  /**
   * The output of the heads is multiplied with σ (or another function) of a gate: a separate matrix that reads the input of attention, or
   * the second half of each query head.
   */
  gate?: { from: 'matrix'; tensor: string; through?: Pointwise } | { from: 'query' };
  /** llama.cpp ignores the bias of the query matrix if a file has one. */
  ignoresQueryBias?: Rule<boolean>;
  /** llama.cpp ignores the bias of the output matrix if a file has one. */
  ignoresOutputBias?: true;
  /** Norm of the concatenated outputs of the heads, before the output matrix. */
  innerNorm?: string;
  /** The layer whose keys and values this layer reads; null: it has its own. */
  keysOf?: Rule<number | null>;
  /** If there is no value matrix, the values are the projected keys. */
  valuesFromKeys?: true;
  /** Selects the blocks of tokens that a token attends to; if not given, it attends to all tokens that it sees. */
  blockIndexer?: BlockIndexer;
}

/**
 * Selects whole blocks of `attention.compress_ratios` tokens (Qwen 4), with `indexer.q_proj` and `indexer.k_proj`, each followed by a norm.
 * The key of a block is the mean of its tokens' keys, at the position of its first token. A token attends to the blocks with the best
 * scores, up to `attention.indexer.top_k` tokens, and to its own unfinished block. `queries` and `blocks` say how queries and block keys
 * are rotated.
 */
export interface BlockIndexer {
  queries: Rotation;
  blocks: Rotation;
}

/**
 * Norms of queries and keys (`attn_q_norm`, `attn_k_norm`): over each head or over all heads at once, depending on their shape. `bare`:
 * norms without weights, for both or only for the keys. `epsilon` replaces the value of the key.
 */
export interface HeadNorm {
  kind: NormKind;
  place: 'before-rotation' | 'behind-rotation';
  bare?: 'both' | 'keys';
  epsilon?: number;
}

/**
 * Attention that computes the keys and values of all heads from one latent vector of each token (multi-head latent attention,
 * https://arxiv.org/abs/2405.04434). Queries come from `attn_q`, or through a latent vector from `attn_q_a` and `attn_q_b`. `attn_kv_a_mqa`
 * gives the latent vector followed by the rotated part of the key. Either `attn_kv_b` computes the key and value of each head from it, or
 * the heads attend to the latent vector itself through `attn_k_b` and `attn_v_b`, depending on which are stored. The lengths are in the
 * keys `attention.kv_lora_rank`, `attention.key_length_mla` and `attention.value_length_mla` (without them `key_length`, `value_length`;
 * `…_swa` in layers with a window, if the file has these). The last `rope.dimension_count` elements of a query are rotated. `attn_k_norm`
 * is the norm of the rotated part of the key.
 */
export interface LatentAttention {
  kind: 'latent-attention';
  /** Null: nothing is rotated, although the keys have the part for it. */
  rotation: Rule<Rotation | null>;
  /** A token sees only the earlier tokens in this window; if not given, the facet `cache` decides. */
  window?: Rule<{ tokens: number; shape: 'behind' | 'both-sides' | 'chunk' } | null>;
  /** Factor on the attention scores; default 1 ÷ √(length of a key). */
  scale?: Rule<number>;
  temperature?: (at: LayerView) => ((position: number) => number) | null;
  /** The output of the heads is multiplied with σ of this gate, for each element or each head. */
  gate?: { from: 'matrix'; tensor: string };
  /** Null: attention reads all tokens that it sees. */
  indexer?: Rule<Indexer | null>;
}

/**
 * Selects the tokens that attention reads (DeepSeek sparse attention, https://arxiv.org/abs/2512.02556). Each of its heads has a query q,
 * computed from the latent vector of the layer's query (`indexer.attn_q_b`). All heads share one key k of each token (`indexer.attn_k`,
 * with the layer norm `indexer.k_norm`), and the token's vector gives the weight w of each head (`indexer.proj`). The score is Σ w relu(q ·
 * k) ÷ √(heads × length). A token attends to the `attention.indexer.top_k` tokens with the highest scores. The facet `cache` says which
 * layers have an indexer; the other layers use the selection of the previous one.
 */
export interface Indexer {
  rotation: Rotation;
  /** The epsilon in the norm of its keys. */
  epsilon: number | 'rms';
}

/**
 * Attention with compressed entries (DeepSeek V4). All heads share one vector for each token (`attn_kv`, with its norm `attn_kv_a_norm`),
 * which is both key and value. Beyond the window, attention reads entries that each summarize several tokens. Queries go through a latent
 * vector (`attn_q_a`, `attn_q_b`) and are normalized for each head. The output of the heads is rotated back by the position of the query;
 * each group of heads goes through a separate matrix (`attn_output_a`, by `attention.output_group_count` and `attention.output_lora_rank`),
 * and all together go through `attn_output_b`.
 */
export interface CompressedAttention {
  kind: 'compressed-attention';
  rotation: Rule<Rotation>;
  /** Null: attention reads only the window; undefined: a required key is missing from the file. */
  entries: Rule<Entries | null | undefined>;
}

/**
 * An entry is the weighted sum of the vectors of `tokens` consecutive tokens (`…_kv`). For each element, the weights are the softmax of the
 * tokens' scores (`…_gate`, plus the row of `…_ape` for the token's place in the entry). The sum is normalized (`…_norm`) and rotated by
 * the position of the first token.
 */
export interface Entries {
  tokens: number;
  /** Each entry also reads the tokens of the previous entry; the first half of the matrices' rows is for these. */
  overlap: boolean;
  /** An indexer selects the entries that attention reads; its keys are entries of the same kind (`indexer_compressor_…`). */
  picked: boolean;
}

/** How queries and keys are rotated by their position (RoPE). Base, scaling and YaRN come from the keys `rope.*`. */
export interface Rotation {
  /** Elements that form a rotated pair: neighbors, or elements half of the rotated part apart. */
  pairs: 'neighbors' | 'halves';
  /** The last elements of a head are rotated, not the first. */
  turns?: 'last';
  /**
   * M-RoPE (https://arxiv.org/abs/2409.12191): the pairs are divided into sections for time, height, width and a fourth one, by
   * `rope.dimension_sections`. The sections follow each other, or the first three are interleaved. For text the first three rotate equally
   * and the fourth does not rotate.
   */
  sections?: 'in-order' | 'in-turns';
  /** Number of rotated elements of a head. Default: `rope.dimension_count` (`…_swa` in layers with a window), or the whole head. */
  dimensions?: number | 'head';
  /**
   * For layers with a window: the base if `rope.freq_base_swa` is missing (`model`: that of the other layers), and whether positions are
   * scaled as in the other layers. If not given, base and scaling are those of the other layers.
   */
  inWindow?: { base: number | 'model'; readsKey: boolean; stretched: boolean };
  /** A fixed base, whatever the keys say. */
  base?: number;
  /** Where YaRN's transition begins if the key is missing; default 32. */
  betaFast?: number;
  /** Positions are not scaled, neither by a factor nor by YaRN, whatever the keys say. */
  plain?: true;
  /** The rotated vectors keep their length, even if YaRN would make them longer. */
  keepsLength?: true;
  /**
   * YaRN keys that the loader reads: the bounds of its transition, the multiplier of its growth (with `both`, also that of the divisor),
   * and its factors. All others have their defaults.
   */
  yarnKeys?: readonly ('betas' | 'log-multiplier' | 'log-multiplier-tenfold' | 'log-multiplier-both' | 'factors')[];
  /** Divisors of each pair's angle: `rope_freqs`, or the long or the short list of `rope_factors_…`; used if they are stored. */
  factors?: 'one' | 'short-and-long';
}

export interface FeedForward {
  kind: 'feed-forward';
  /**
   * If `ffn_gate` is stored, its output goes through this and is multiplied with that of `ffn_up`; otherwise that of `ffn_up` goes through
   * this.
   */
  activation: Rule<Activation>;
  /** `ffn_up` also holds the gate, in its first rows. */
  gateInUp?: Rule<boolean>;
  /** llama.cpp ignores the biases if a file has them. */
  ignoresBiases?: true;
  /** Inner width; default `feed_forward_length`. */
  length?: Rule<number>;
  clamp?: Rule<Clamp | null>;
  /**
   * Number of standard deviations above the mean that defines a threshold for the gate's output: elements above it keep the difference, the
   * others become 0 (statistical top-k, https://arxiv.org/abs/2506.06644). Null: no threshold.
   */
  gateThreshold?: Rule<number | null>;
  /** Norm between the matrices: `ffn_sub_norm`. */
  innerNorm?: string;
  /** The output of the activation is divided by these numbers, if they are stored: `ffn.act.scales`. */
  divisor?: string;
  /** If `ffn_gate_inp` is stored, the layer has experts instead of, or in addition to, the network above. */
  experts?: Experts;
}

/** Convolutional networks over the tokens before and after each token, as in sound decoders; the output has the length of the input. */
export interface ConvolutionBlock {
  /**
   * `convolutions`: norm, silu, convolution, twice (`norm1`, `conv1`, `norm2`, `conv2`; https://arxiv.org/abs/1512.03385). `conv-next`: a
   * convolution of each channel separately, a norm, two matrices with GELU between them, a factor for each channel (`dw`, `norm`, `pw1`,
   * `pw2`, `gamma`; https://arxiv.org/abs/2201.03545).
   */
  kind: 'convolutions' | 'conv-next';
}

/** How the router's scores become weights; `softmax-of-chosen`: softmax over the selected experts only. */
export type Gating = 'softmax' | 'sigmoid' | 'softmax-of-chosen' | 'sqrt-softplus';

/** Which experts a token goes through, and with which weights. */
export interface Experts {
  /**
   * Table of the experts, with one row for each token; null: the scores select them; undefined: a required key is missing from the file.
   */
  byToken?: Rule<string | null | undefined>;
  /** How scores become weights; undefined: a required key is missing from the file. */
  gating: Rule<Gating | undefined>;
  /** Whether the weights of the selected experts are normalized to sum to 1. */
  normalized: Rule<boolean>;
  /** Factor on the weights; default 1. */
  scale?: Rule<number>;
  /** The weight multiplies the input of the expert, not its output. */
  weightsBefore?: true;
  /** The input of the router, if it differs from that of the experts. */
  routerReads?: 'layer-input' | 'attention-output' | 'residual';
  /** The router's input goes through a norm without weights, is divided by √ of its length and multiplied with `ffn_gate_inp.scale`. */
  routerNormed?: true;
  activation?: Rule<Activation>;
  /** Inner width of an expert; default `expert_feed_forward_length`. */
  length?: Rule<number>;
  clamp?: Rule<Clamp | null>;
  /** If the layer also stores a dense network, it runs in parallel to the experts, and the sum is multiplied with this. */
  besideDense?: number;
  /** If there are shared experts, the sum of their output and that of the selected experts is halved. */
  sharedHalves?: true;
  /** The clamp of the shared experts. */
  sharedClamp?: Rule<Clamp | null>;
  /**
   * The experts read a narrower vector: `…_down` computes it, `…_norm` normalizes the experts' output, and `…_up` projects it back. Used if
   * `…_down` is stored. The router and the shared experts read the full vector.
   */
  latent?: 'ffn_latent' | 'ffn_routed';
  /** Inner width of the shared experts (`ffn_*_shexp`); default: from their tensors. */
  sharedLength?: Rule<number>;
  adjugate?: Rule<AdjugateExperts>;
}

/**
 * Small experts (`ffn_*_chexps`), one for each group of neighboring experts (Grove MoE, https://arxiv.org/abs/2508.07785). They read the
 * combined output of the selected experts, and their own output times `scale` is added to it. llama.cpp selects the best experts with the
 * same router again, the same number as before but at most the number of small experts, and uses the small expert of each one's group. Its
 * weight is the router's weight at the index of the small expert.
 */
export interface AdjugateExperts {
  /** Experts in a group; undefined: a required key is missing from the file. */
  perGroup: number | undefined;
  scale: number | undefined;
}

export interface Output {
  /** The output matrix gives features for another program, not logits: sound. */
  features?: true;
  /** Prefix of the tensors that mix several residual streams after the last layer. */
  streams?: string;
  /**
   * The norm reads a mix of the residual stream and the saved streams, weighted by the scores from this tensor; null: it reads only the
   * residual stream.
   */
  mixesWith?: Rule<string | null>;
  /** Norm after the last layer; null: no norm. Default `output_norm`. */
  norm?: string | null;
  normKind?: Rule<NormKind>;
  /** The norm has no weights. */
  bareNorm?: true;
  /** Factor on the logits. */
  scale?: Rule<number>;
  /** Scores are capped: cap × tanh(score ÷ cap). 0: not used. */
  cap?: Rule<number>;
  /**
   * For a model that ranks (`pooling_type` 4): the token whose vector it uses (`mean`: of all tokens), if not the first; the function of
   * the classifier's hidden layer, if not tanh; and whether its scores go through a softmax.
   */
  rank?: { from?: 'mean' | 'last'; through?: Pointwise; softmax?: true };
  /** llama.cpp ignores `output.bias` if a file has one. */
  ignoresBias?: true;
  /** Range of tokens that are never predicted, because they stand for parts of images; `to` is exclusive. */
  suppressed?: readonly [from: number, to: number];
}
