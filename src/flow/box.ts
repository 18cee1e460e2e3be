/** One box of the diagram: its words, its tensors as rows, their sums, and facts with the numbers of the model. */

import { type FoldedTensor, foldLayers } from '../model/fold.js';
import { atLayer } from '../model/hyperparameters.js';
import type { Model, ModelTensor } from '../model/model.js';
import { FLOW_BOXES, type FlowBoxKind } from '../words/flow-words.js';
import { formatCount, formatInteger } from '../words/format-quantity.js';
import { ROLES, type RoleId } from '../words/roles.js';
import type { Box, Sums } from './graph.js';
import { placingRole } from './layer-slots.js';

/** Roles in the order in which a token meets them: a file may have its tensors sorted by name. */
const ROLE_ORDER = new Map<string, number>(Object.keys(ROLES).map((id, i) => [id, i]));

/** The matrix that turns the results of the heads back into the residual stream comes last, whichever matrices come before it. */
const LEAVING = new Set<string>(['attention-output', 'attention-output-down', 'attention-output-up']);
const SMALL = new Set<string>(['bias', 'normalization', 'quantization']);

/** Sort key for a row of tensors. Some renderers leave out the last rows of a long box, so the order matters. */
function placeOf({ members: [first] }: FoldedTensor, kind: FlowBoxKind): number {
  const { classified, roleRow } = first as ModelTensor;
  const { role } = classified;
  const late = SMALL.has(roleRow.group) ? 2 : kind === 'attention' && LEAVING.has(role) ? 1 : 0;
  return late * ROLE_ORDER.size + (ROLE_ORDER.get(role) ?? 0);
}

/** `facts` are placed before the facts that follow from the tensors; `title` replaces the usual title of the box. */
export interface BoxWords {
  title?: string;
  does?: string;
  facts?: readonly string[];
}

export function makeBox(
  id: string,
  kind: FlowBoxKind,
  tensors: readonly ModelTensor[],
  model: Model,
  words: BoxWords = {},
): Box {
  const { title, does } = FLOW_BOXES[kind];
  return {
    id,
    kind,
    title: words.title ?? title,
    does: words.does ?? does,
    facts: [...(words.facts ?? []), ...factsOf(kind, tensors, model)],
    tensors: foldLayers(tensors).sort((a, b) => placeOf(a, kind) - placeOf(b, kind)),
    ...sumOf(tensors),
  };
}

export function sumOf(tensors: readonly ModelTensor[]): Sums {
  let parameters = 0;
  let bytes = 0;
  for (const tensor of tensors) {
    parameters += tensor.elements;
    bytes += tensor.bytes ?? 0;
  }
  return { parameters, bytes };
}

/**
 * Facts that follow from shapes, taken from the first tensor of a role. Layers can differ: a feed-forward width is given only if all agree.
 */
function factsOf(kind: FlowBoxKind, tensors: readonly ModelTensor[], model: Model): string[] {
  const find = (...roles: RoleId[]) => tensors.find((one) => roles.includes(one.classified.role));
  switch (kind) {
    case 'attention':
    case 'cross-attention':
      return headFacts(tensors, model);
    case 'embedding': {
      const table = find('token-embedding', 'next-token-embedding');
      const [width, rows] = table?.dimensions ?? [];
      return width === undefined || rows === undefined
        ? []
        : [`${formatCount(rows, 'row')} of ${formatInteger(width)} numbers`];
    }
    case 'feed-forward':
    case 'shared-experts': {
      const up = find('feed-forward-up', 'shared-expert-up', 'feed-forward-gate-up');
      const down = find('feed-forward-down', 'shared-expert-down');
      const gate = find('feed-forward-gate', 'shared-expert-gate');
      return up !== undefined && alike(tensors, up) ? widthFacts(up, down, gate !== undefined) : [];
    }
    case 'experts':
      return expertFacts(tensors, model);
    case 'output': {
      const rows = find('output', 'next-token-output')?.dimensions[1];
      return rows === undefined ? [] : [`${formatInteger(rows)} scores (logits)`];
    }
    case 'short-convolution':
    case 'state-space':
    case 'linear-attention': {
      const filter = find('state-space-convolution', 'short-convolution', 'linear-attention-convolution');
      const taps = filter?.dimensions[0];
      return taps === undefined ? [] : [`its filter sees ${formatCount(taps, 'token')}`];
    }
    default:
      return [];
  }
}

/** The width of the hidden vector. If the first matrix gives twice what the last one takes, half of it is the gate (Phi-3). */
function widthFacts(up: ModelTensor, down: ModelTensor | undefined, gated: boolean): string[] {
  const [from, rows] = up.dimensions;
  if (from === undefined || rows === undefined) return [];
  const fused = !gated && down?.dimensions[0] === rows / 2;
  const to = fused ? rows / 2 : rows;
  const verb = to > from ? 'widens' : to < from ? 'narrows' : 'takes';
  const gate = fused ? ', with a gate in the same matrix' : gated ? ', with a gate' : '';
  return [`${verb} ${formatInteger(from)} to ${formatInteger(to)}${gate}, and back`];
}

/** Whether all tensors of a role in the box have the same shape as this one. */
function alike(tensors: readonly ModelTensor[], one: ModelTensor): boolean {
  const shape = one.dimensions.join();
  return tensors.every((other) => other.classified.role !== one.classified.role || other.dimensions.join() === shape);
}

function headFacts(tensors: readonly ModelTensor[], { hyperparameters }: Model): string[] {
  const counts = (end: string) =>
    tensors.flatMap(({ classified, shape }) => (classified.role.endsWith(end) && shape.out?.heads ? [shape.out] : []));
  const queries = counts('attention-query');
  const [query] = queries;
  const layer = tensors[0]?.classified.layer ?? 0;
  const latent = tensors.find(({ classified }) => classified.role === 'attention-key-value-down')?.dimensions[1];
  const heads = query?.heads ?? atLayer(hyperparameters.headCount, layer);
  if (!heads || !Number.isInteger(heads)) return [];
  const most = Math.max(heads, ...queries.map((one) => one.heads ?? 0));
  const least = Math.min(heads, ...queries.map((one) => one.heads ?? heads));
  const { keyLength } = hyperparameters;
  const each = query?.heads === undefined ? keyLength : query.size / query.heads;
  // Some designs store a gate for each number of a query next to it, in the same matrix.
  const gated = keyLength !== null && each === 2 * keyLength;
  const length = latent !== undefined || each === null ? '' : ` of ${formatInteger(gated ? keyLength : each)}`;
  const range = least === most ? formatInteger(most) : `${formatInteger(least)} to ${formatInteger(most)}`;
  const facts = [`${range} ${most === 1 ? 'head' : 'heads'}${length}${gated ? ', each with a gate' : ''}`];
  const shared = query === undefined ? atLayer(hyperparameters.headCountKv, layer) : counts('attention-key')[0]?.heads;
  if (latent !== undefined) {
    facts.push(`keys and values unfold from ${formatInteger(latent)} numbers for each token`);
  } else if (shared && least === most && shared < most && most % shared === 0) {
    facts.push(
      `keys and values of ${formatCount(shared, 'head')}, each for ${formatCount(most / shared, 'query head')}`,
    );
  }
  return facts;
}

function expertFacts(tensors: readonly ModelTensor[], { hyperparameters }: Model): string[] {
  const routed = tensors.filter(
    ({ roleRow, classified }) => roleRow.operation === 'mul_mat_id' || classified.expert !== null,
  );
  const stacked = routed.find((tensor) => ROLES[placingRole(tensor)].operation === 'mul_mat_id');
  const alone = new Set(routed.flatMap(({ classified }) => classified.expert ?? []));
  const all = alone.size > 0 ? alone.size : (stacked?.dimensions[2] ?? 0);
  if (all === 0) return [];
  const used = hyperparameters.expertUsedCount;
  return [
    used
      ? `${formatInteger(Math.min(used, all))} of ${formatCount(all, 'expert')} ${used === 1 ? 'works' : 'work'} on each token`
      : formatCount(all, 'expert'),
  ];
}
