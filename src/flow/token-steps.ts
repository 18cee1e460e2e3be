/** The short form of the graph: how a token travels through the model, in a few steps with the model's own numbers. */

import { attendingLayers } from '../model/attending-layers.js';
import { hasFinalNorm, type Model, type ModelTensor } from '../model/model.js';
import { fillsMasks, outputOf } from '../model/output-kind.js';
import type { RoleGroup } from '../words/roles.js';

export interface TokenStep {
  step: 'tokens' | 'embedding' | 'encoder' | 'layers' | 'norm' | 'output' | 'result';
  /** Number of layers. */
  repeat?: number;
  /** What a layer does, in order. */
  parts?: string[];
  /** Length of the vector after this step. */
  size?: number;
  /** The scores of a token are for its own place, where it is masked. */
  fills?: true;
}

/** What a layer can do, in order, with the groups of roles that show it. */
const PARTS: readonly { part: string; groups: readonly RoleGroup[] }[] = [
  { part: 'attention', groups: ['attention'] },
  { part: 'recurrent block', groups: ['recurrent'] },
  { part: 'feed-forward', groups: ['feed-forward'] },
  { part: 'experts', groups: ['experts'] },
];

/** Empty for files that do not process tokens: projectors, adapters, vocabularies, image models. */
export function tokenSteps(model: Model): TokenStep[] {
  const { hyperparameters, tensors } = model;
  const embedding = tensors.find(({ classified }) => classified.role === 'token-embedding');
  const width = embedding?.dimensions[0] ?? hyperparameters.embeddingLength;
  if (embedding === undefined || width === null) return [];
  const steps: TokenStep[] = [
    { step: 'tokens', ...(embedding.dimensions[1] === undefined ? {} : { size: embedding.dimensions[1] }) },
    { step: 'embedding', size: width },
  ];
  for (const component of ['encoder', 'decoder', 'text']) steps.push(...layerSteps(tensors, component, width));
  if (hasFinalNorm(model)) steps.push({ step: 'norm', size: width });
  const output = outputOf(model).tensor;
  if (output !== null) steps.push({ step: 'output', size: output.dimensions[1] ?? 0 });
  const fills = output !== null && fillsMasks(model);
  steps.push({ step: 'result', size: output === null ? width : 1, ...(fills && { fills }) });
  return steps;
}

/** One step for each kind of layer, in the order of first appearance. */
function layerSteps(all: readonly ModelTensor[], component: string, size: number): TokenStep[] {
  const tensors = all.filter(({ classified }) => classified.component === component);
  const attending = attendingLayers(tensors);
  const layers = new Map<number, Set<RoleGroup>>();
  for (const { classified, roleRow } of tensors) {
    if (classified.layer === null) continue;
    const groups = layers.get(classified.layer);
    if (groups) groups.add(roleRow.group);
    else layers.set(classified.layer, new Set([roleRow.group]));
  }
  const kinds = new Map<string, { parts: string[]; repeat: number }>();
  for (const [layer, has] of [...layers].sort(([a], [b]) => a - b)) {
    const parts = PARTS.filter(({ part, groups }) =>
      part === 'attention' ? attending.has(layer) : groups.some((group) => has.has(group)),
    ).map(({ part }) => part);
    if (parts.length === 0) continue;
    const kind = kinds.get(parts.join());
    if (kind) kind.repeat++;
    else kinds.set(parts.join(), { parts, repeat: 1 });
  }
  const step = component === 'encoder' ? 'encoder' : 'layers';
  return [...kinds.values()].map(({ parts, repeat }) => ({ step, repeat, parts, size }));
}
