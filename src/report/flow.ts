/** The way of a token through this model, in the guide's steps, with the model's own numbers. */

import type { RoleGroup } from '../guide/roles.js';
import { hasFinalNorm, hasTiedOutput, type Model, type ModelTensor } from '../model/model.js';
import type { FlowStep } from './schema.js';

/** What a layer can do, in the order in which it does it, and the groups of roles that show it. */
const PARTS: readonly { part: string; groups: readonly RoleGroup[] }[] = [
  { part: 'attention', groups: ['attention'] },
  { part: 'recurrent block', groups: ['recurrent'] },
  { part: 'feed-forward', groups: ['feed-forward'] },
  { part: 'experts', groups: ['experts'] },
];

/** Empty for files that no token flows through: projectors, adapters, vocabularies, image models. */
export function flowSteps(model: Model): FlowStep[] {
  const { hyperparameters, tensors } = model;
  const embedding = tensors.find(({ classified }) => classified.role === 'token-embedding');
  const width = embedding?.dimensions[0] ?? hyperparameters.embeddingLength;
  if (embedding === undefined || width === null) return [];
  const steps: FlowStep[] = [
    { step: 'tokens', ...(hyperparameters.vocabulary ? { size: hyperparameters.vocabulary.size } : {}) },
    { step: 'embedding', size: width },
  ];
  for (const component of ['encoder', 'decoder', 'text']) steps.push(...layerSteps(tensors, component, width));
  const output = tensors.find(({ classified }) => classified.role === 'output');
  if (hasFinalNorm(model)) steps.push({ step: 'norm', size: width });
  const causal = output !== undefined || hasTiedOutput(model);
  if (causal) steps.push({ step: 'output', size: (output ?? embedding).dimensions[1] ?? 0 });
  steps.push({ step: 'result', size: causal ? 1 : width });
  return steps;
}

/** One step for each kind of layer, in the order of their first appearance. */
function layerSteps(tensors: readonly ModelTensor[], component: string, size: number): FlowStep[] {
  const layers = new Map<number, Layer>();
  for (const { classified, roleRow } of tensors) {
    if (classified.component !== component || classified.layer === null) continue;
    const layer = layers.get(classified.layer) ?? { groups: new Set(), mixesHeads: false };
    layers.set(classified.layer, layer);
    layer.groups.add(roleRow.group);
    if (classified.role.startsWith('attention-output')) layer.mixesHeads = true;
  }
  const kinds = new Map<string, { parts: string[]; repeat: number }>();
  for (const [, layer] of [...layers].sort(([a], [b]) => a - b)) {
    const parts = PARTS.filter(({ part, groups }) => groups.some((group) => does(layer, part, group))).map(
      ({ part }) => part,
    );
    if (parts.length === 0) continue;
    const kind = kinds.get(parts.join());
    if (kind) kind.repeat++;
    else kinds.set(parts.join(), { parts, repeat: 1 });
  }
  const step = component === 'encoder' ? 'encoder' : 'layers';
  return [...kinds.values()].map(({ parts, repeat }) => ({ step, repeat, parts, size }));
}

interface Layer {
  groups: Set<RoleGroup>;
  /** It has an attention output, which attention cannot do without. */
  mixesHeads: boolean;
}

/** Recurrent layers borrow names of attention for their inputs (`attn_qkv`, `attn_gate`); that alone makes no attention. */
function does({ groups, mixesHeads }: Layer, part: string, group: RoleGroup): boolean {
  return groups.has(group) && (part !== 'attention' || mixesHeads || !groups.has('recurrent'));
}
