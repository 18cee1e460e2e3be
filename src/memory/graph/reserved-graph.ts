/**
 * The exact compute buffer of a context: the graph of one full batch (llama.cpp, `graph_reserve`), and what the allocator reserves for it.
 */

import type { CacheFacet } from '../../architectures/cache-facet.js';
import type { Forward } from '../../architectures/forward.js';
import { graphHabits } from '../../architectures/graph-habits.js';
import type { LayerView } from '../../architectures/layer-view.js';
import { ruled } from '../../architectures/rules.js';
import type { Model } from '../../model/model.js';
import { type CacheLayer, type LayerPlan, passedLayers } from '../cache-layers.js';
import type { ContextSettings } from '../cells.js';
import { indexedLayers } from '../indexer-cache.js';
import { layerView } from '../layer-views.js';
import type { ModelNumbers } from '../model-numbers.js';
import { cycledBlock } from './cycle-nodes.js';
import { forwardNodes } from './forward-nodes.js';
import { Graph, UnfitTensors } from './graph-tensor.js';
import { inputsOf, type Pass, storedTensors } from './pass.js';

/** The inputs of a reservation. */
export interface Reservation {
  model: Model;
  forward: Forward;
  cache: CacheFacet;
  numbers: ModelNumbers;
  settings: ContextSettings;
  plan: LayerPlan;
}

/** The graph of a full batch of a prompt, with the maximum number of requested outputs. Throws UnfitTensors. */
export function reservedGraph({ model, forward, cache, numbers, settings, plan }: Reservation): Graph {
  const { sequences, copies, cells } = settings;
  const weight = storedTensors(model);
  const tensors = {
    has: (name: string) => weight(name) !== undefined,
    dimensions: (name: string) => weight(name)?.shape,
  };
  const stored = numbers.number('block_count') ?? plan.layers.length;
  const blockOf = forward.cycles ? cycledBlock(forward.cycles, numbers) : (layer: number) => layer % stored;
  const vocabulary = model.hyperparameters.vocabulary?.size ?? 0;
  const indexes = cache.indexer ? indexedLayers(cache.indexer, plan, numbers) : () => false;
  const caches = { ...plan, trunk: passedLayers(plan, cache, numbers) };
  const facts = { tensors, caches, indexes, stored, vocabulary, block: blockOf };
  const at = (layer: number) => layerView(model.file, facts, layer);
  const batch = Math.min(cells * copies, settings.ubatch);
  const habits = graphHabits(numbers.architecture);
  const cached = cache.cache !== 'none' && !habits.ignoresCache;
  const rest = {
    model,
    graph: new Graph(),
    habits,
    numbers,
    settings,
    plan,
    cached,
    embedding: numbers.number('embedding_length') ?? 0,
    // Each sequence gets the same number of tokens.
    tokens: Math.ceil(batch / sequences) * sequences,
    sequences,
    outputs: Math.min(batch, settings.outputs),
    snapshots: cache.state?.snapshots ? settings.stateSnapshots : 0,
    streams: cached ? copies : 1,
    positionsEach: hasFourParts(forward, at) ? 4 : 1,
    carried: {},
    at,
    weight,
    block: (layer: number) => `blk.${blockOf(layer)}`,
    layer: (index: number): CacheLayer => {
      const layer = plan.layers[index];
      if (layer === undefined) throw new UnfitTensors(`there is no layer ${index}`);
      return layer;
    },
  };
  const pass: Pass = { ...rest, inputs: inputsOf(rest) };
  forwardNodes(pass, forward);
  return pass.graph;
}

function hasFourParts({ layer }: Forward, at: (index: number) => LayerView): boolean {
  for (let index = 0; index < at(0).layers; index++) {
    for (const { branches } of layer(at(index)).steps) {
      for (const { block } of branches) {
        if (block.kind === 'attention') return ruled(block.rotation, at(index))?.sections !== undefined;
      }
    }
  }
  return false;
}
