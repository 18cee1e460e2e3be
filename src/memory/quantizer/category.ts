/**
 * The categories by which llama.cpp's quantizer gives some matrices more bits (llama-quant.cpp, tensor_get_category). They depend on parts
 * of the name, so stacked and shared experts belong to the feed-forward of their layer.
 */

export type Category =
  | 'output'
  | 'token embedding'
  | 'attention value'
  | 'attention key'
  | 'attention query'
  | 'attention output'
  | 'feed-forward up'
  | 'feed-forward gate'
  | 'feed-forward down'
  | 'other';

/** Parts of names in the order in which they are searched. A fused query-key-value matrix and the MLA up-projection count as values. */
const PARTS: readonly (readonly [part: string, category: Category])[] = [
  ['attn_qkv.weight', 'attention value'],
  ['attn_kv_b.weight', 'attention value'],
  ['attn_v.weight', 'attention value'],
  ['attn_k.weight', 'attention key'],
  ['attn_q.weight', 'attention query'],
  ['attn_output.weight', 'attention output'],
  ['ffn_up', 'feed-forward up'],
  ['ffn_gate', 'feed-forward gate'],
  ['ffn_down', 'feed-forward down'],
];

export function categoryOf(name: string): Category {
  if (name === 'output.weight') return 'output';
  if (name === 'token_embd.weight' || name === 'per_layer_token_embd.weight') return 'token embedding';
  return PARTS.find(([part]) => name.includes(part))?.[1] ?? 'other';
}
