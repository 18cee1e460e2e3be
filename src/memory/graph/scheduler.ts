/**
 * Decides which device computes each operation and what is copied between devices: a replay of ggml's scheduler (ggml-backend.cpp,
 * `ggml_backend_sched_split_graph`). Operations run where their weights and caches are; those in between run on the device of their
 * neighbors, with cards preferred to the host. A run of operations on one device is a split; its inputs from other devices are copied for
 * it.
 *
 * llama.cpp requests specific devices for some operations (norms, attention without flash attention). When it only measures, as `--fit`
 * does, it drops these requests before the graph is split, so they are not replayed here; a real run takes slightly less.
 */

import type { ScheduledGraph } from './allocator.js';
import { type FlatGraph, FOLLOWS_WEIGHTS, INPUT, LOOKS, NOTHING, OUTPUT, WEIGHT } from './flat-graph.js';

/** Where stored tensors are before the scheduler runs. Devices are numbered; the host is the last one. */
export interface Places {
  devices: number;
  /** The device of each stored tensor, by tensor index; −1 for all others. */
  homes: Int32Array;
  /** Number of copies of the inputs: 4 with pipeline parallelism over several devices, else 1. */
  copies: number;
  /** Whether a device takes over an operation whose weights are on the host, and copies the weights for it. */
  takesOver?(device: number, node: number): boolean;
}

const NOWHERE = -1;

export function schedule(graph: FlatGraph, places: Places): ScheduledGraph {
  const chosen = chooseDevices(graph, places);
  return withCopies(graph, places, chosen);
}

/** The device of each tensor. */
function chooseDevices(graph: FlatGraph, places: Places): Int32Array {
  const { nodes, leaves, sources, viewOf, traits } = graph;
  const { homes, takesOver } = places;
  const host = places.devices - 1;
  const chosen = new Int32Array(graph.bytes.length).fill(NOWHERE);
  const homeOf = (tensor: number) => homes[ownerOf(viewOf, tensor)] as number;

  const given = (tensor: number): number => {
    const home = homeOf(tensor);
    if (home >= 0) return home;
    const trait = traits[tensor] as number;
    if (trait & INPUT) return host;
    if ((trait & FOLLOWS_WEIGHTS) === 0) return NOWHERE;
    const weight = sources[tensor]?.find((source) => (traits[source] as number) & WEIGHT);
    if (weight === undefined) return NOWHERE;
    const place = homes[weight] as number;
    if (place !== host || takesOver === undefined) return place;
    for (let device = 0; device < host; device++) if (takesOver(device, tensor)) return device;
    return place;
  };
  for (const leaf of leaves) chosen[leaf] = given(leaf);
  for (const node of nodes) chosen[node] = given(node);

  // Unassigned nodes take the device of the node before them, then of the node after them: first only cards, then also the host.
  const computing = nodes.filter((node) => ((traits[node] as number) & LOOKS) === 0);
  for (const cardsOnly of [true, false]) {
    for (const order of [computing, computing.toReversed()]) {
      let current = NOWHERE;
      for (const node of order) {
        const own = chosen[node] as number;
        if (own !== NOWHERE) current = cardsOnly && own === host ? NOWHERE : own;
        else chosen[node] = current;
      }
    }
  }
  for (const node of computing) if (chosen[node] === NOWHERE) chosen[node] = 0;

  for (const node of nodes) {
    if (chosen[node] === NOWHERE && (viewOf[node] as number) >= 0)
      chosen[node] = chosen[viewOf[node] as number] as number;
    for (const source of sources[node] as readonly number[]) {
      if (chosen[source] !== NOWHERE) continue;
      const owner = viewOf[source] as number;
      chosen[source] = chosen[owner >= 0 ? owner : node] as number;
    }
    if (chosen[node] === NOWHERE) chosen[node] = 0;
  }
  return chosen;
}

function ownerOf(viewOf: readonly number[], tensor: number): number {
  const owner = viewOf[tensor] as number;
  return owner >= 0 ? owner : tensor;
}

interface Split {
  device: number;
  nodes: number[];
  inputs: number[];
}

/** The graph including the copies that each split reads. */
function withCopies(graph: FlatGraph, { homes, copies }: Places, chosen: Int32Array): ScheduledGraph {
  const { viewOf, leaves } = graph;
  const bytes = graph.bytes.slice();
  const padding = graph.padding.slice();
  const layout = graph.layout.slice();
  const views = viewOf.slice();
  const sources = graph.sources.slice();
  const traits = graph.traits.slice();
  const keep = copies > 1 ? INPUT | OUTPUT : 0;

  const add = (of: number, more: { viewOf?: number; sources?: number[]; traits?: number }): number => {
    bytes.push(bytes[of] as number);
    padding.push(padding[of] as number);
    layout.push(layout[of] as number);
    views.push(more.viewOf ?? NOWHERE);
    sources.push(more.sources ?? []);
    traits.push(more.traits ?? 0);
    return bytes.length - 1;
  };

  const has = (tensor: number, device: number): boolean => {
    const home = homes[ownerOf(viewOf, tensor)] as number;
    return (home >= 0 ? home : chosen[tensor]) === device;
  };
  const graphInputs = new Map<number, number[]>();
  const copied = new Map<string, number[]>();
  const copyOf = (tensor: number, device: number, split: Split): number => {
    const key = `${tensor} ${device}`;
    let all = copied.get(key);
    if (all === undefined) {
      all = Array.from({ length: copies }, () => add(tensor, { traits: keep }));
      copied.set(key, all);
      split.inputs.push(tensor);
    }
    return all[0] as number;
  };

  const splits: Split[] = [];
  for (const node of graph.nodes) {
    const last = splits.at(-1);
    if (((traits[node] as number) & LOOKS) !== 0) {
      // Views belong to the split in which they occur; views before the first operation belong to the first split.
      (last ?? startSplit(splits, NOWHERE)).nodes.push(node);
      continue;
    }
    const device = chosen[node] as number;
    if (last !== undefined && last.device === NOWHERE) last.device = device;
    const current = splits.at(-1);
    const read = sources[node] as readonly number[];
    const foreignWeight = () =>
      read.some(
        (source) => ((traits[source] as number) & WEIGHT) !== 0 && chosen[source] !== device && !has(source, device),
      );
    const stays =
      current !== undefined && current.device === device && (current.inputs.length === 0 || !foreignWeight());
    const split = stays ? current : startSplit(splits, device);
    split.nodes.push(node);
    for (const source of read) {
      if (copies > 1 && ((traits[source] as number) & INPUT) !== 0 && !graphInputs.has(source)) {
        traits[source] = (traits[source] as number) | OUTPUT;
        const others = Array.from({ length: copies - 1 }, () => add(source, { traits: INPUT | OUTPUT }));
        graphInputs.set(source, [source, ...others]);
      }
    }
    if (read.some((source) => chosen[source] !== device && !has(source, device))) {
      sources[node] = read.map((source) =>
        chosen[source] !== device && !has(source, device) ? copyOf(source, device, split) : source,
      );
    }
  }

  const nodes: number[] = [];
  const nodeDevices: number[] = [];
  const place = (node: number, device: number) => {
    nodes.push(node);
    nodeDevices.push(device);
  };
  const copyLeaves: [number, number][] = [];
  for (const split of splits) {
    for (const input of split.inputs) {
      // The source is needed until it is copied, and the copy from the start of the split.
      const owner = ownerOf(viewOf, input);
      place(add(input, { viewOf: owner, sources: [input], traits: NOTHING }), chosen[input] as number);
      const all = copied.get(`${input} ${split.device}`) as number[];
      place(all[0] as number, split.device);
      for (const copy of all) copyLeaves.push([copy, split.device]);
    }
    for (const node of split.nodes) place(node, chosen[node] as number);
  }
  const inputLeaves = [...graphInputs].flatMap(([input, all]) => all.map((copy) => [copy, chosen[input] as number]));
  const first = copies > 1 ? [...inputLeaves, ...copyLeaves] : [];
  return {
    bytes,
    padding,
    layout,
    viewOf: views,
    sources,
    traits,
    nodes,
    nodeDevices,
    leaves: [...first.map(([leaf]) => leaf as number), ...leaves],
    leafDevices: [...first.map(([, device]) => device as number), ...leaves.map((leaf) => chosen[leaf] as number)],
  };
}

function startSplit(splits: Split[], device: number): Split {
  const split = { device, nodes: [], inputs: [] };
  splits.push(split);
  return split;
}
