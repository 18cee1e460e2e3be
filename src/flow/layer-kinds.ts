/**
 * Groups the layers of one part of a model by kind: "layers 0–2" with a feed-forward network, "layers 3–61" with experts. Layers are of one
 * kind if they have the same roles and either all of them use a sliding window or none does.
 */

import { facetOf } from '../architectures/book.js';
import { planLayers } from '../memory/cache-layers.js';
import { modelNumbers } from '../memory/model-numbers.js';
import { type LayerRanges, rangesOf } from '../model/fold.js';
import type { Model, ModelTensor } from '../model/model.js';
import { findLayer } from '../model/tensor-name.js';
import { formatInteger } from '../words/format-quantity.js';
import { shorten } from '../words/shorten.js';
import { sumOf } from './box.js';
import type { LayerGroup } from './graph.js';
import { layerTraits, placingRole } from './layer-slots.js';
import { layerStages } from './layer-stages.js';

/** Most kinds of layers that are shown separately. A file with more is not a real model; the rest becomes one group. */
const MOST_KINDS = 24;

/** Most runs of layers that a title lists. */
const MOST_RUNS = 4;

/** Maximum length of a word from the file, in UTF-16 units. */
const MOST_OF_A_STACK = 40;

/** Which layers of the text model attend only to a window of the last `size` tokens. */
export interface AttentionWindow {
  size: number;
  slides: readonly boolean[];
}

/** The sliding window of the model by the rules of its architecture; null if no layer has one, or if it is not known. */
export function attentionWindow(model: Model): AttentionWindow | null {
  const numbers = modelNumbers(model.file);
  const row = numbers && facetOf(numbers.architecture, 'cache');
  if (!numbers || !row) return null;
  const names = new Set(model.tensors.map(({ name }) => name));
  const window = planLayers(row, numbers, (name) => names.has(name))?.window ?? null;
  return window === null || window.missing !== null || window.size === 0 ? null : window;
}

interface Kind {
  layers: Map<number, ModelTensor[]>;
  slides: boolean | null;
}

/** The steps for all layers of `tensors`, which belong to one part. Stacks with different names follow each other. */
export function layerSteps(
  part: string,
  tensors: readonly ModelTensor[],
  model: Model,
  window: AttentionWindow | null,
): LayerGroup[] {
  const stacks = new Map<string, ModelTensor[]>();
  for (const tensor of tensors) {
    const stack = stackOf(tensor);
    const list = stacks.get(stack);
    if (list) list.push(tensor);
    else stacks.set(stack, [tensor]);
  }
  return [...stacks].flatMap(([stack, members], i) => stackSteps(`${part}_${i}`, stack, members, model, window));
}

/** The name before the number of the layer: `blk`, `v.sam.blk`, `double_blocks`. */
function stackOf({ name }: ModelTensor): string {
  const span = findLayer(name);
  return span === null ? '' : name.slice(0, span.start - 1);
}

function stackSteps(
  id: string,
  stack: string,
  tensors: readonly ModelTensor[],
  model: Model,
  window: AttentionWindow | null,
): LayerGroup[] {
  const layers = new Map<number, ModelTensor[]>();
  for (const tensor of tensors) {
    const layer = tensor.classified.layer as number;
    const list = layers.get(layer);
    if (list) list.push(tensor);
    else layers.set(layer, [tensor]);
  }
  const kinds = new Map<string, Kind>();
  for (const [layer, members] of [...layers].sort(([a], [b]) => a - b)) {
    const slides = window !== null && layerTraits(members).attends ? (window.slides[layer] ?? null) : null;
    let signature = signatureOf(members, slides);
    if (!kinds.has(signature) && kinds.size >= MOST_KINDS) signature = 'all others';
    const kind = kinds.get(signature);
    if (kind) kind.layers.set(layer, members);
    else kinds.set(signature, { layers: new Map([[layer, members]]), slides });
  }
  const shown = [...kinds.values()];
  return shown.map((kind, i) => layersStep(`${id}_${i}`, stack, kind, model, window, shown.length > 1));
}

/** Biases, scales and tables that only the first layer stores, for all layers, do not make it a separate kind. */
function signatureOf(tensors: readonly ModelTensor[], slides: boolean | null): string {
  const roles = tensors
    .filter(({ roleRow }) => !['bias', 'quantization', 'position'].includes(roleRow.group))
    .map((tensor) => placingRole(tensor));
  return `${slides} ${[...new Set(roles)].sort().join()}`;
}

function layersStep(
  id: string,
  stack: string,
  kind: Kind,
  model: Model,
  window: AttentionWindow | null,
  several: boolean,
): LayerGroup {
  const ranges = rangesOf([...kind.layers.keys()]);
  const tensors = [...kind.layers.values()].flat();
  const attention =
    kind.slides === null || window === null
      ? []
      : [
          kind.slides
            ? `looks back ${formatInteger(window.size)} tokens (sliding window)`
            : 'looks at all tokens before',
        ];
  const stages = layerStages({ id, tensors, attention, adds: !/^(adapter|measured)/.test(id), model });
  return {
    step: 'layers',
    id,
    title: titleOf(stack, ranges),
    says: several ? saysOf(stages, kind.slides) : '',
    layers: ranges,
    repeat: kind.layers.size,
    stages,
    ...sumOf(tensors),
  };
}

/** Stack names that only mean "layers", so that a title does not repeat them. */
const PLAIN_STACK = /^(|blk|enc\.blk|dec\.blk|v\.blk|a\.blk|model\.layers)$/;

function titleOf(stack: string, ranges: LayerRanges): string {
  const words = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  if (words.length > MOST_RUNS) words.splice(MOST_RUNS - 1, words.length - MOST_RUNS, '…');
  const [only] = ranges;
  const one = ranges.length === 1 && only?.[0] === only?.[1];
  const noun = PLAIN_STACK.test(stack) ? (one ? 'layer' : 'layers') : shorten(stack, MOST_OF_A_STACK);
  return `${noun} ${words.join(', ')}`;
}

/** What these layers do, for titles such as "layers 3, 7, 11: full attention, experts". */
function saysOf(stages: LayerGroup['stages'], slides: boolean | null): string {
  const parts = stages
    .flatMap(({ before, lanes, join, after }) => [...before, ...lanes.flat(), ...join, ...after])
    .filter(({ kind }) => SAID.has(kind))
    .map(({ kind, title }) =>
      kind === 'attention' && slides !== null
        ? slides
          ? 'sliding-window attention'
          : 'full attention'
        : lowered(title),
    );
  return [...new Set(parts)].join(', ');
}

/** The boxes by which readers distinguish layers. */
const SAID: ReadonlySet<string> = new Set([
  'attention',
  'cross-attention',
  'linear-attention',
  'state-space',
  'time-mixing',
  'channel-mixing',
  'short-convolution',
  'convolution',
  'feed-forward',
  'experts',
  'shared-experts',
  'projector',
]);

const lowered = (title: string) => title.charAt(0).toLowerCase() + title.slice(1);
