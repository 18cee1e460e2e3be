/**
 * The inside of a layer: turns the slots of its tensors into stages, in the order in which the vector meets them. Each stage reads the
 * vector, computes something in one or more lanes, and usually adds the result to what it read.
 */

import type { Model, ModelTensor } from '../model/model.js';
import type { FlowBoxKind } from '../words/flow-words.js';
import { ROLES } from '../words/roles.js';
import { type BoxWords, makeBox } from './box.js';
import type { Box, Stage } from './graph.js';
import { type LayerTraits, layerTraits, placingRole, type Slot, slotOf } from './layer-slots.js';

/** What the stages of a group of equal layers are made from. */
export interface LayerKind {
  /** Prefix for the ids of the boxes. */
  id: string;
  /** All tensors of all these layers. */
  tensors: readonly ModelTensor[];
  /** Facts about their attention that the tensors do not show. */
  attention: readonly string[];
  /** Whether the layers add what they compute to the vector: the layers of a model do; a list of changes or measurements does not. */
  adds: boolean;
  model: Model;
}

const NORM_TITLES: Partial<Record<Slot, string>> = {
  'attention-after': 'Norm of the result',
  'feed-forward-after': 'Norm of the result',
  'expert-after': 'Norm of the result',
  'network-after': 'Norm of the result',
  'attention-end': 'Norm of the sum',
};

export function layerStages(kind: LayerKind): Stage[] {
  const bySlot = new Map<Slot, ModelTensor[]>();
  const traits = layerTraits(kind.tensors);
  for (const tensor of kind.tensors) {
    const slot = slotOf(tensor, traits);
    const list = bySlot.get(slot);
    if (list) list.push(tensor);
    else bySlot.set(slot, [tensor]);
  }
  return stagesOf(kind, traits, bySlot);
}

function stagesOf(kind: LayerKind, traits: LayerTraits, bySlot: ReadonlyMap<Slot, readonly ModelTensor[]>): Stage[] {
  const has = (slot: Slot) => bySlot.has(slot);
  const take = (...slots: Slot[]): Box[] =>
    slots.flatMap((slot) => {
      const tensors = bySlot.get(slot);
      return tensors === undefined ? [] : [slotBox(kind, traits, slot, tensors)];
    });
  const mixes = has('attention') || has('recurrent');
  const network = has('feed-forward') || has('experts') || has('shared-experts') || has('channel-mixing');
  const conformer = has('second-feed-forward') || has('second-norm');
  const parallel = !conformer && mixes && network && !has('expert-norm') && isParallel(kind.model, has);

  const networkLanes = lanes([
    take(...(parallel ? (['network-norm'] as const) : []), 'feed-forward', 'feed-forward-after'),
    take('channel-mixing'),
    take('expert-norm', 'experts', 'expert-after'),
    take('shared-experts'),
  ]);
  // If attention has a second norm for itself, it does not share the first one (Falcon). The same holds if each lane has a norm (GPT-NeoX).
  const own = parallel && (has('attention-norm-2') || has('network-norm'));
  const ownNorm: Slot[] = own ? [has('attention-norm-2') ? 'attention-norm-2' : 'attention-norm'] : [];
  const mixing = [
    take(...ownNorm, ...(has('attention') ? (['attention'] as const) : (['recurrent'] as const)), 'attention-after'),
    has('attention') ? take('recurrent') : [],
    take('side-path'),
  ];
  if (own && has('attention-norm-2')) networkLanes[0]?.unshift(...take('attention-norm'));
  const shared: Slot[] = own ? [] : ['attention-norm', 'attention-norm-2'];
  const start = take('next-input', 'modulation', 'streams');
  const alone = !mixes && !has('side-path');
  const networkStage = stage({
    before: alone ? take(...shared, 'network-norm') : take('network-norm'),
    lanes: networkLanes,
    join: take('network-after'),
    add: network,
  });
  const stages = [
    ...(conformer ? [networkStage] : []),
    stage({
      before: [...start, ...(alone ? [] : take(...shared))],
      lanes: lanes(parallel ? [...mixing, ...networkLanes] : mixing),
      join: parallel ? take('network-after') : [],
      add: mixes || has('side-path'),
      after: take('attention-end'),
    }),
    stage({ before: take('cross-norm'), lanes: lanes([take('cross-attention')]), add: has('cross-attention') }),
    stage({ lanes: lanes([take('convolution')]), add: has('convolution') }),
    ...(conformer || parallel ? [] : [networkStage]),
    stage({
      before: take('second-norm'),
      lanes: lanes([take('second-feed-forward')]),
      add: has('second-feed-forward'),
    }),
    stage({ lanes: lanes([take('per-layer')]), add: has('per-layer') }),
    stage({ before: take('projector', 'other') }),
  ].filter(({ before, lanes, join, after }) => before.length + lanes.length + join.length + after.length > 0);
  const end = take('layer-end', 'next-output');
  const last = stages.at(-1);
  if (end.length > 0 && last?.add) last.after.push(...end);
  else if (end.length > 0) stages.push(stage({ before: end }));
  return kind.adds ? stages : stages.map((one) => ({ ...one, add: false }));
}

function stage(parts: Partial<Stage>): Stage {
  return { before: [], lanes: [], join: [], add: false, after: [], ...parts };
}

const lanes = (all: readonly Box[][]): Box[][] => all.filter((lane) => lane.length > 0);

/**
 * Whether attention and the feed-forward part read the same vector: the metadata says so, or one norm serves both. In a layer without any
 * norms (OLMo), they run one after the other.
 */
function isParallel({ file, hyperparameters }: Model, has: (slot: Slot) => boolean): boolean {
  const key = `${hyperparameters.architecture}.use_parallel_residual`;
  if (file.metadata.some((entry) => entry.key === key && entry.value === true)) return true;
  return has('attention-norm') && !has('network-norm') && !has('network-after') && !has('attention-end');
}

function slotBox(kind: LayerKind, traits: LayerTraits, slot: Slot, tensors: readonly ModelTensor[]): Box {
  const boxKind = kindOfSlot(slot, tensors, traits);
  const words: BoxWords = {};
  const titles = new Set(tensors.map((tensor) => ROLES[placingRole(tensor)].title));
  const normTitle = NORM_TITLES[slot];
  if (boxKind === 'norm' && normTitle !== undefined) words.title = normTitle;
  if (slot === 'layer-end') words.title = [...titles].join(', ');
  if (boxKind === 'attention') words.facts = kind.attention;
  if (boxKind === 'other') words.does = [...titles].slice(0, 3).join(', ');
  return makeBox(`${kind.id}_${slot.replaceAll('-', '_')}`, boxKind, tensors, kind.model, words);
}

function kindOfSlot(slot: Slot, tensors: readonly ModelTensor[], { roles }: LayerTraits): FlowBoxKind {
  switch (slot) {
    case 'recurrent':
      return recurrentKind(tensors, roles);
    case 'second-feed-forward':
      return 'feed-forward';
    case 'next-input':
      return 'merge';
    case 'next-output':
      return tensors.some(({ classified }) => classified.role === 'next-token-output') ? 'output' : 'output-norm';
    case 'attention-norm':
    case 'attention-norm-2':
    case 'attention-after':
    case 'attention-end':
    case 'cross-norm':
    case 'network-norm':
    case 'feed-forward-after':
    case 'expert-norm':
    case 'expert-after':
    case 'network-after':
    case 'second-norm':
      return 'norm';
    default:
      return slot;
  }
}

function recurrentKind(tensors: readonly ModelTensor[], roles: LayerTraits['roles']): FlowBoxKind {
  const some = (start: string) => tensors.some((tensor) => placingRole(tensor).startsWith(start));
  if ([...roles].some((role) => role.startsWith('linear-attention-'))) return 'linear-attention';
  if (some('time-mix-')) return 'time-mixing';
  if (some('short-convolution')) return 'short-convolution';
  return 'state-space';
}
