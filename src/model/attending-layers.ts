/** Which layers have attention, according to their tensors. */

import type { ModelTensor } from './model.js';

/**
 * The layers that have attention, among tensors of one component. Recurrent layers borrow names of attention for their inputs (`attn_qkv`,
 * `attn_gate`); but only real attention has an output matrix, so a layer with recurrent tensors must have one to count.
 */
export function attendingLayers(tensors: readonly ModelTensor[]): Set<number> {
  const attention = new Set<number>();
  const outputs = new Set<number>();
  const recurrent = new Set<number>();
  for (const { classified, roleRow } of tensors) {
    const { layer, role } = classified;
    if (layer === null) continue;
    if (roleRow.group === 'attention') attention.add(layer);
    if (role.startsWith('attention-output')) outputs.add(layer);
    if (roleRow.group === 'recurrent') recurrent.add(layer);
  }
  return new Set([...attention].filter((layer) => outputs.has(layer) || !recurrent.has(layer)));
}
