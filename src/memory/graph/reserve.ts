/**
 * The compute buffer of a context, exactly: the graph of one full batch (llama.cpp, `graph_reserve`), and what the allocator gives it.
 */

import type { Forward } from '../../architectures/forward.js';
import type { LayerView } from '../../architectures/layer-view.js';
import { valueOf } from '../../architectures/rules.js';
import type { Model } from '../../model/model.js';
import type { CacheLayer, LayerPlan } from '../cache-layers.js';
import type { ContextSettings } from '../cells.js';
import type { ModelNumbers } from '../model-numbers.js';
import { reservedBytes } from './allocator.js';
import { forwardNodes } from './forward-nodes.js';
import { Graph } from './graph-nodes.js';
import { inputsOf, type Pass, storedTensors } from './pass.js';

export interface Reservation {
  model: Model;
  forward: Forward;
  numbers: ModelNumbers;
  settings: ContextSettings;
  plan: LayerPlan;
  cached: boolean;
  snapshots: boolean;
  at(layer: number): LayerView;
}

export function reservedGraph({ model, forward, numbers, settings, plan, cached, snapshots, at }: Reservation): Graph {
  const sequences = settings.sequences;
  const room = settings.cells * settings.copies;
  const batch = Math.min(room, settings.ubatch);
  const rest = {
    model,
    graph: new Graph(),
    numbers,
    settings,
    plan,
    cached,
    embedding: numbers.number('embedding_length') ?? 0,
    // Each sequence gets as many tokens as the others.
    tokens: Math.ceil(batch / sequences) * sequences,
    sequences,
    outputs: Math.min(batch, settings.outputs),
    snapshots: snapshots ? settings.stateSnapshots : 0,
    streams: cached ? settings.copies : 1,
    positionsEach: hasFourParts(forward, at) ? 4 : 1,
    picked: {},
    at,
    weight: storedTensors(model),
    layer: (index: number) => plan.layers[index] as CacheLayer,
  };
  const pass: Pass = { ...rest, inputs: inputsOf(rest) };
  forwardNodes(pass, forward);
  return pass.graph;
}

export function reservation(of: Reservation): number {
  return reservedBytes(reservedGraph(of));
}

function hasFourParts({ layer }: Forward, at: (index: number) => LayerView): boolean {
  for (let index = 0; index < at(0).layers; index++) {
    for (const { branches } of layer(at(index)).steps) {
      for (const { block } of branches) {
        if (block.kind === 'attention')
          return valueOf(valueOf(block.rotation, at(index))?.fourParts, at(index)) ?? false;
      }
    }
  }
  return false;
}
