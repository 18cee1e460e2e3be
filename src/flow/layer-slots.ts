/**
 * Where in its layer each tensor works: from roles to slots. For most roles the role is enough. The place of a norm depends on what else
 * the layer has, because llama.cpp's names are older than the orders in which newer designs use norms.
 */

import { attendingLayers } from '../model/attending-layers.js';
import type { ModelTensor } from '../model/model.js';
import { ROLES, type RoleGroup, type RoleId } from '../words/roles.js';

/** A place in a layer. layer-stages.ts decides what comes before and after the addition. */
export type Slot =
  | 'next-input'
  | 'next-output'
  | 'modulation'
  | 'streams'
  | 'attention-norm'
  | 'attention-norm-2'
  | 'attention'
  | 'attention-after'
  | 'attention-end'
  | 'recurrent'
  | 'side-path'
  | 'cross-norm'
  | 'cross-attention'
  | 'convolution'
  | 'network-norm'
  | 'feed-forward'
  | 'feed-forward-after'
  | 'channel-mixing'
  | 'expert-norm'
  | 'experts'
  | 'expert-after'
  | 'shared-experts'
  | 'network-after'
  | 'second-norm'
  | 'second-feed-forward'
  | 'per-layer'
  | 'layer-end'
  | 'projector'
  | 'other';

/** Groups whose roles all lead to one slot, except roles that are listed separately. */
const BY_GROUP: Partial<Record<RoleGroup, Slot>> = {
  attention: 'attention',
  position: 'attention',
  'feed-forward': 'feed-forward',
  experts: 'experts',
  recurrent: 'recurrent',
  convolution: 'convolution',
  conditioning: 'modulation',
  projector: 'projector',
  'next-token-prediction': 'next-input',
};

const BY_ROLE: Partial<Record<RoleId, Slot>> = {
  'attention-norm': 'attention-norm',
  'query-norm': 'attention',
  'key-norm': 'attention',
  'value-norm': 'attention',
  'latent-query-norm': 'attention',
  'latent-key-value-norm': 'attention',
  'attention-sub-norm': 'attention',
  'indexer-query-norm': 'attention',
  'indexer-key-norm': 'attention',
  'compressor-norm': 'attention',
  'cross-attention-norm': 'cross-norm',
  'cross-attention-query': 'cross-attention',
  'cross-attention-key': 'cross-attention',
  'cross-attention-value': 'cross-attention',
  'cross-attention-output': 'cross-attention',
  'cross-relative-position-bias': 'cross-attention',
  'feed-forward-norm': 'network-norm',
  'feed-forward-sub-norm': 'feed-forward',
  'post-feed-forward-norm': 'network-after',
  'expert-norm': 'expert-norm',
  'post-expert-norm': 'expert-after',
  'expert-latent-norm': 'experts',
  'shared-expert-router': 'shared-experts',
  'shared-expert-gate': 'shared-experts',
  'shared-expert-up': 'shared-experts',
  'shared-expert-down': 'shared-experts',
  'visual-expert-query-key-value': 'attention',
  'visual-expert-attention-output': 'attention',
  'visual-expert-gate': 'feed-forward',
  'visual-expert-up': 'feed-forward',
  'visual-expert-down': 'feed-forward',
  'state-space-norm': 'recurrent',
  'state-space-time-step-norm': 'recurrent',
  'state-space-b-norm': 'recurrent',
  'state-space-c-norm': 'recurrent',
  'time-mix-norm': 'recurrent',
  'channel-mix-lerp': 'channel-mixing',
  'channel-mix-key': 'channel-mixing',
  'channel-mix-value': 'channel-mixing',
  'channel-mix-receptance': 'channel-mixing',
  'convolution-norm': 'convolution',
  'conformer-convolution-norm': 'convolution',
  'batch-norm-mean': 'convolution',
  'batch-norm-variance': 'convolution',
  'layer-output-norm': 'layer-end',
  'layer-output-scale': 'layer-end',
  'conformer-block-norm': 'layer-end',
  'laurel-down': 'side-path',
  'laurel-up': 'side-path',
  'laurel-norm': 'side-path',
  'altup-router': 'streams',
  'altup-router-norm': 'streams',
  'altup-prediction': 'streams',
  'altup-correction': 'streams',
  'altup-correction-scale': 'streams',
  'hyper-connection': 'streams',
  'hyper-connection-base': 'streams',
  'hyper-connection-scale': 'streams',
  'hyper-connection-norm': 'streams',
  'hyper-connection-copy-norm': 'streams',
  'hyper-connection-down': 'streams',
  'hyper-connection-up': 'streams',
  'hyper-connection-inject': 'streams',
  'per-layer-gate': 'per-layer',
  'per-layer-projection': 'per-layer',
  'per-layer-post-norm': 'per-layer',
  'ngram-key': 'per-layer',
  'ngram-value': 'per-layer',
  'ngram-convolution': 'per-layer',
  'ngram-key-norm': 'per-layer',
  'ngram-query-norm': 'per-layer',
  'ngram-convolution-norm': 'per-layer',
  'conditioning-norm': 'modulation',
  'projector-norm': 'projector',
  'next-token-embedding-norm': 'next-input',
  'next-token-hidden-norm': 'next-input',
  'next-token-output-norm': 'next-output',
  'next-token-output': 'next-output',
};

/** The role that decides where a tensor works. A bias, a scale and an adapter's factor go where their matrix goes. */
export function placingRole({ classified }: ModelTensor): RoleId {
  return classified.of ?? classified.role;
}

/** The roles of a layer, and what they say about all of its tensors. */
export interface LayerTraits {
  roles: ReadonlySet<RoleId>;
  /** Whether the layer computes attention scores, and does not only have the names of attention's matrices. */
  attends: boolean;
}

export function layerTraits(tensors: readonly ModelTensor[]): LayerTraits {
  const roles = new Set(tensors.map(placingRole));
  // Linear attention has all four matrices of attention, but computes no scores with them.
  const linear = [...roles].some((role) => role.startsWith('linear-attention-'));
  return { roles, attends: !linear && attendingLayers(tensors).size > 0 };
}

export function slotOf(tensor: ModelTensor, { roles, attends }: LayerTraits): Slot {
  const role = placingRole(tensor);
  const { module } = tensor.classified;
  const has = (...wanted: RoleId[]) => wanted.some((one) => roles.has(one));
  switch (role) {
    case 'post-attention-norm':
      // Many designs use this name for their second norm, the one before the feed-forward part.
      return has('feed-forward-norm') || !has('attention-norm') ? 'attention-after' : 'network-norm';
    case 'attention-output-norm':
      if (!has('attention-norm')) return 'attention-end';
      return has('feed-forward-norm') ? 'attention-after' : 'network-norm';
    case 'attention-norm-2':
      if (has('time-mix-key', 'channel-mix-key')) return 'network-norm';
      return has('attention-norm') ? 'attention-norm-2' : 'attention-end';
    case 'layer-output-norm':
      return has('attention-norm') && has('feed-forward-norm') ? 'network-after' : 'layer-end';
    case 'layer-scale':
      return /2|ffn|mlp/.test(module) ? 'network-after' : 'attention-after';
    case 'second-norm':
      return has('conformer-convolution') ? 'layer-end' : 'network-norm';
    case 'post-feed-forward-norm':
      return module.endsWith('_1') && has('post-expert-norm') ? 'feed-forward-after' : 'network-after';
  }
  // Conformers have a feed-forward network before and after attention.
  if (tensor.classified.component === 'audio' && /^ffn_.*_1$/.test(module)) {
    return role === 'feed-forward-norm' ? 'second-norm' : 'second-feed-forward';
  }
  const slot = BY_ROLE[role] ?? BY_GROUP[ROLES[role].group] ?? 'other';
  return slot === 'attention' && !attends && has(...recurrentRoles(roles)) ? 'recurrent' : slot;
}

function recurrentRoles(roles: ReadonlySet<RoleId>): RoleId[] {
  return [...roles].filter((role) => ROLES[role].group === 'recurrent');
}
