/**
 * Tensors that llama.cpp's quantizer does not quantize (llama-quant.cpp, tensor_allows_quantization): vectors, and small or sensitive
 * matrices, selected by name.
 */

const NAMES: ReadonlySet<string> = new Set(['position_embd.weight', 'token_types.weight']);

const PARTS: readonly string[] = [
  '_norm.weight',
  // Routers, and the table that replaces a router in DeepSeek 4.
  'ffn_gate_inp.weight',
  'ffn_gate_tid2eid.weight',
  // Gemma 3n.
  'altup',
  'laurel',
  'per_layer_model_proj',
  // Small convolutions of recurrent layers.
  'ssm_conv1d',
  'shortconv.conv.weight',
  // Indexers of sparse attention.
  'indexer.k_proj.weight',
  'indexer.q_proj.weight',
  // RWKV's low-rank pairs.
  'time_mix_first.weight',
  'time_mix_w0.weight',
  'time_mix_w1.weight',
  'time_mix_w2.weight',
  'time_mix_v0.weight',
  'time_mix_v1.weight',
  'time_mix_v2.weight',
  'time_mix_a0.weight',
  'time_mix_a1.weight',
  'time_mix_a2.weight',
  'time_mix_g1.weight',
  'time_mix_g2.weight',
  'time_mix_decay_w1.weight',
  'time_mix_decay_w2.weight',
  'time_mix_lerp_fused.weight',
  // Relative positions of T5.
  'attn_rel_b.weight',
  // Parts of image and audio encoders.
  '.position_embd',
  'sam.pos_embd',
  'sam.neck.',
  'sam.net_',
  '.rel_pos',
  '.patch_embd',
  '.patch_merger',
  'a.rvq.codebook',
  'mm.a.code_embd',
];

/** Whether the quantizer never quantizes a tensor with this name. */
export function isNameLeftAlone(name: string): boolean {
  return !name.endsWith('weight') || NAMES.has(name) || PARTS.some((part) => name.includes(part));
}

/** Whether the quantizer treats it as a matrix: ggml does not count trailing dimensions of 1. */
export function isMatrix(dimensions: readonly number[]): boolean {
  return dimensions.findLastIndex((size) => size > 1) + 1 >= 2;
}
