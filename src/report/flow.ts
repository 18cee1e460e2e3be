/** The way of a token through this model, in the guide's steps, with the model's own numbers. */

import type { RoleGroup } from '../guide/roles.js';
import type { Model, ModelTensor } from '../model/model.js';
import type { FlowStep } from './schema.js';

/** What a layer can do, in the order in which it does it, and the groups of roles that show it. */
const PARTS: readonly { part: string; groups: readonly RoleGroup[] }[] = [
  { part: 'attention', groups: ['attention'] },
  { part: 'recurrent block', groups: ['recurrent'] },
  { part: 'feed-forward', groups: ['feed-forward'] },
  { part: 'experts', groups: ['experts'] },
];

/** Empty for files that no token flows through: projectors, adapters, vocabularies, image models. */
export function flowSteps({ hyperparameters, tensors }: Model): FlowStep[] {
  const embedding = tensors.find(({ classified }) => classified.role === 'token-embedding');
  const width = embedding?.dimensions[0] ?? hyperparameters.embeddingLength;
  if (embedding === undefined || width === null) return [];
  const steps: FlowStep[] = [
    { step: 'tokens', ...(hyperparameters.vocabulary ? { size: hyperparameters.vocabulary.size } : {}) },
    { step: 'embedding', size: width },
  ];
  for (const component of ['encoder', 'decoder', 'text']) steps.push(...layerSteps(tensors, component, width));
  const find = (role: string) => tensors.find(({ classified }) => classified.role === role);
  if (find('output-norm')) steps.push({ step: 'norm', size: width });
  const output = find('output');
  const causal = output !== undefined || find('output-norm') !== undefined;
  if (causal) steps.push({ step: 'output', size: (output ?? embedding).dimensions[1] ?? 0 });
  steps.push({ step: 'result', size: causal ? 1 : width });
  return steps;
}

/** One step for each kind of layer, in the order of their first appearance. */
function layerSteps(tensors: readonly ModelTensor[], component: string, size: number): FlowStep[] {
  const groups = new Map<number, Set<RoleGroup>>();
  for (const { classified, roleRow } of tensors) {
    if (classified.component !== component || classified.layer === null) continue;
    const inLayer = groups.get(classified.layer);
    if (inLayer) inLayer.add(roleRow.group);
    else groups.set(classified.layer, new Set([roleRow.group]));
  }
  const kinds = new Map<string, { parts: string[]; repeat: number }>();
  for (const inLayer of [...groups].sort(([a], [b]) => a - b).map(([, set]) => set)) {
    const parts = PARTS.filter((part) => part.groups.some((group) => inLayer.has(group))).map(({ part }) => part);
    if (parts.length === 0) continue;
    const kind = kinds.get(parts.join());
    if (kind) kind.repeat++;
    else kinds.set(parts.join(), { parts, repeat: 1 });
  }
  const step = component === 'encoder' ? 'encoder' : 'layers';
  return [...kinds.values()].map(({ parts, repeat }) => ({ step, repeat, parts, size }));
}
