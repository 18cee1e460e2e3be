/** The replay of ggml's scheduler: its guarantees for any placement, and its rules on a graph that can be checked by hand. */

import { describe, expect, it } from 'vitest';
import { graphOf } from '../../src/memory/compute-buffers.js';
import { reserveEach } from '../../src/memory/graph/allocator.js';
import { type FlatGraph, flatten, LOOKS, NOTHING, STORED } from '../../src/memory/graph/flat-graph.js';
import { add, matrixProduct, unary } from '../../src/memory/graph/graph-nodes.js';
import { F32, Graph, type GraphTensor, inputTensor, storedTensor } from '../../src/memory/graph/graph-tensor.js';
import { type Places, schedule } from '../../src/memory/graph/scheduler.js';
import { runOf } from '../../src/memory/run.js';
import { shapedModel } from './compute-models.js';

const WIDTH = 1024;
const BYTES = WIDTH * 4;
const RULES = { alignment: 32, padsRows: false };
const weight = (name: string) => storedTensor(F32, [WIDTH, WIDTH], name);

/** Three products in a row, each followed by a function. */
function chain(): FlatGraph {
  const graph = new Graph();
  let x: GraphTensor = inputTensor(F32, WIDTH);
  for (const name of ['first', 'second', 'third']) x = unary(matrixProduct(weight(name), x));
  x.output = true;
  graph.expand(x);
  return flatten(graph);
}

/** The weights, by name, on devices. The host is device 1 where there is one card, and device 2 where there are two. */
function placesOf(graph: FlatGraph, devices: number, homes: Record<string, number>, copies = 1): Places {
  const placed = graph.tensors.map(({ name }) => (name === undefined ? -1 : (homes[name] ?? -1)));
  return { devices, homes: Int32Array.from(placed), copies };
}

const bytesOf = (graph: FlatGraph, places: Places) =>
  reserveEach(schedule(graph, places), new Array(places.devices).fill(RULES)).map(({ bytes }) => bytes);

describe('the devices of operations', () => {
  it('are those of their weights, and the copies between them have room', () => {
    const graph = chain();
    const onCard = placesOf(graph, 2, { first: 0, second: 0, third: 0 });
    // The input on the host and its copy on the card, in addition to the results computed from it.
    expect(bytesOf(graph, onCard)).toEqual([2 * BYTES, BYTES]);
    const onHost = placesOf(graph, 2, { first: 1, second: 1, third: 1 });
    expect(bytesOf(graph, onHost)).toEqual([0, 2 * BYTES]);
  });

  it('begin a new split where the weights are elsewhere', () => {
    const graph = chain();
    const { nodes, nodeDevices, viewOf } = schedule(graph, placesOf(graph, 2, { first: 0, second: 1, third: 0 }));
    const computing = nodes.map((node, at) => [graph.tensors[node]?.operation, nodeDevices[at]]);
    expect(computing.filter(([operation]) => operation === 'MUL_MAT')).toEqual([
      ['MUL_MAT', 0],
      ['MUL_MAT', 1],
      ['MUL_MAT', 0],
    ]);
    // Three splits: each copies one vector, and keeps its source until it is copied.
    expect(nodes.filter((node) => node >= graph.bytes.length && viewOf[node] === -1)).toHaveLength(3);
  });

  it('have four copies of each input where batches are pipelined', () => {
    const graph = chain();
    const homes = { first: 0, second: 0, third: 1 };
    const [one = 0, two = 0, host = 0] = bytesOf(graph, placesOf(graph, 3, homes, 4));
    // In addition to the copies: two products on the first card, one on the second, overwritten by the function after it.
    expect([one, two, host]).toEqual([6 * BYTES, 5 * BYTES, 4 * BYTES]);
  });

  it('change to the card where it takes over operations, with a copy of the weights', () => {
    const graph = chain();
    const places = placesOf(graph, 2, { first: 1, second: 1, third: 1 });
    const [card = 0] = bytesOf(graph, { ...places, takesOver: () => true });
    expect(card).toBeGreaterThan(WIDTH * BYTES);
    expect(card).toBeLessThan(2 * WIDTH * BYTES);
  });

  it('are those of the operation before where no weight decides', () => {
    const graph = new Graph();
    const x = matrixProduct(weight('first'), inputTensor(F32, WIDTH));
    graph.expand(add(unary(x), x));
    const flat = flatten(graph);
    expect(new Set(schedule(flat, placesOf(flat, 3, { first: 1 })).nodeDevices.slice(2))).toEqual(new Set([1]));
  });
});

describe('a scheduled graph', () => {
  it('reads nothing from another device', () => {
    for (const name of ['llama-8b', 'gpt-oss-20b', 'mamba2-2.7b', 'deepseek-v2-lite', 'qwen35-35b-a3b']) {
      const model = shapedModel(name);
      const run = runOf(model, { contextLength: 2048 });
      const graph = run && graphOf(model, run);
      if (!graph) throw new Error(`no graph for ${name}`);
      // Every layer is on another device than its neighbors, and everything outside of layers is on the host.
      const homes = Int32Array.from(graph.tensors, ({ stored, name: weightName, layer }) => {
        const at = layer ?? /^blk\.(\d+)/.exec(weightName ?? '')?.[1];
        return stored ? (at === undefined ? 3 : Number(at) % 4) : -1;
      });
      const scheduled = schedule(graph, { devices: 4, homes, copies: 1 });
      const deviceOf = new Map(scheduled.nodes.map((node, at) => [node, scheduled.nodeDevices[at] as number]));
      for (const [at, leaf] of scheduled.leaves.entries()) {
        const trait = scheduled.traits[leaf] as number;
        deviceOf.set(leaf, trait & STORED ? (homes[leaf] as number) : (scheduled.leafDevices[at] as number));
      }
      const strays = scheduled.nodes.filter((node) => {
        const trait = scheduled.traits[node] as number;
        if (trait & (LOOKS | NOTHING)) return false;
        return scheduled.sources[node]?.some((source) => deviceOf.get(source) !== deviceOf.get(node));
      });
      expect(strays, name).toEqual([]);
    }
  });
});
