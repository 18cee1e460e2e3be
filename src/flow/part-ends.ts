/** The boxes before and after the layers of a part: from the input to the first vectors, and from the last vectors to the result. */

import type { Model, ModelTensor } from '../model/model.js';
import type { FlowBoxKind } from '../words/flow-words.js';
import { ROLES, type RoleGroup, type RoleId } from '../words/roles.js';
import { type BoxWords, makeBox } from './box.js';
import type { Box } from './graph.js';
import { placingRole } from './layer-slots.js';

/** The boxes before the layers, in order. */
const BEFORE: readonly FlowBoxKind[] = [
  'sound',
  'patches',
  'embedding',
  'token-types',
  'position',
  'condition',
  'merge',
  'projector',
  'embedding-norm',
  'streams-in',
  'per-layer-embedding',
  'rotation',
  'convolution',
  'other',
];

/** The boxes after the layers, in order. */
const AFTER: readonly FlowBoxKind[] = [
  'streams-out',
  'output-norm',
  'output',
  'media-output',
  'pooling',
  'drafting',
  'measured',
];

const BY_GROUP: Partial<Record<RoleGroup, FlowBoxKind>> = {
  embedding: 'embedding',
  position: 'position',
  convolution: 'convolution',
  output: 'output',
  pooling: 'pooling',
  'next-token-prediction': 'drafting',
  vision: 'patches',
  audio: 'sound',
  conditioning: 'condition',
  projector: 'projector',
};

const BY_ROLE: Partial<Record<RoleId, FlowBoxKind>> = {
  'token-type-embedding': 'token-types',
  'per-layer-token-embedding': 'per-layer-embedding',
  'per-layer-input-projection': 'per-layer-embedding',
  'per-layer-input-norm': 'per-layer-embedding',
  'rope-frequencies': 'rotation',
  'rope-factors-long': 'rotation',
  'rope-factors-short': 'rotation',
  'rope-inverse-frequencies': 'rotation',
  'token-embedding-norm': 'embedding-norm',
  'encoder-input-norm': 'embedding-norm',
  'altup-projection': 'streams-in',
  'altup-unembedding': 'streams-out',
  'hyper-connection-output': 'streams-out',
  'output-norm': 'output-norm',
  'encoder-output-norm': 'output-norm',
  'classifier-norm': 'pooling',
  'projector-norm': 'projector',
  'conditioning-norm': 'condition',
  'convolution-norm': 'convolution',
  'batch-norm-mean': 'convolution',
  'batch-norm-variance': 'convolution',
  'next-token-input': 'merge',
  'next-token-embedding-norm': 'merge',
  'next-token-hidden-norm': 'merge',
  'draft-input': 'merge',
  'draft-features': 'merge',
  'feature-shift': 'media-output',
  'feature-scale': 'media-output',
  'latent-output': 'media-output',
  'audio-code-output': 'media-output',
  'audio-end-score': 'media-output',
  'ctc-output': 'media-output',
  'latent-embedding': 'patches',
};

/** The box for a tensor that does not belong to a layer. */
function endKind(tensor: ModelTensor, model: Model): FlowBoxKind {
  const role = placingRole(tensor);
  // LFM2 stores its last norm under the name of the first.
  if (role === 'token-embedding-norm' && model.hyperparameters.architecture?.startsWith('lfm2')) return 'output-norm';
  return BY_ROLE[role] ?? BY_GROUP[ROLES[role].group] ?? 'other';
}

/** The boxes for tensors outside the layers, `before` and `after` them. */
export function endBoxes(part: string, tensors: readonly ModelTensor[], model: Model): { before: Box[]; after: Box[] } {
  const byKind = new Map<FlowBoxKind, ModelTensor[]>();
  for (const tensor of tensors) {
    const kind = endKind(tensor, model);
    const list = byKind.get(kind);
    if (list) list.push(tensor);
    else byKind.set(kind, [tensor]);
  }
  const boxes = (kinds: readonly FlowBoxKind[]) =>
    kinds.flatMap((kind) => {
      const members = byKind.get(kind);
      if (members === undefined) return [];
      return [makeBox(`${part}_${kind.replaceAll('-', '_')}`, kind, members, model, wordsOf(kind, members))];
    });
  return { before: boxes(BEFORE), after: boxes(AFTER) };
}

function wordsOf(kind: FlowBoxKind, tensors: readonly ModelTensor[]): BoxWords {
  if (kind !== 'other') return {};
  const titles = new Set(tensors.map((tensor) => ROLES[placingRole(tensor)].title));
  return { does: [...titles].slice(0, 3).join(', ') };
}
