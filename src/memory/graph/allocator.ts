/**
 * What ggml's allocator reserves for a graph: a replay of its rules (ggml-alloc.c) on tensors without numbers. Leaves come first, then
 * each node in order; a node takes the place of a source that nothing else needs where its operation allows it, else the smallest free
 * block that is large enough; a tensor is freed with its last use. Each device has a buffer of its own.
 */

import { type FlatGraph, type FlatTensors, IN_PLACE, INPUT, NOTHING, OUTPUT, STORED } from './flat-graph.js';
import type { GraphTensor } from './graph-tensor.js';

/** Places and sizes are multiples of this in system RAM. */
export const RAM_ALIGNMENT = 32;

/** What a graph needs. */
export interface Reserved {
  /** Bytes of the buffer. */
  bytes: number;
  /** The tensor that reached the end of the buffer first: the buffer is fullest when it is computed. Null where nothing is needed. */
  fullestAt: GraphTensor | null;
}

/** A graph whose nodes and leaves are each on a device. */
export interface ScheduledGraph extends FlatTensors {
  readonly nodes: readonly number[];
  /** The device of each node, and of each leaf. */
  readonly nodeDevices: readonly number[];
  readonly leaves: readonly number[];
  readonly leafDevices: readonly number[];
}

/** What a graph needs in one buffer. */
export function reserve(graph: FlatGraph, alignment = RAM_ALIGNMENT): Reserved {
  const alone = { ...graph, nodeDevices: graph.nodes.map(() => 0), leafDevices: graph.leaves.map(() => 0) };
  const [need] = reserveEach(alone, [{ alignment, padsRows: false }]);
  const { bytes = 0, fullestAt = -1 } = need ?? {};
  return { bytes, fullestAt: graph.tensors[fullestAt] ?? null };
}

/** Something that stands in a buffer at one moment. */
export interface Held {
  tensor: GraphTensor;
  bytes: number;
}

/** What stands in the one buffer of a graph when it is fullest: less than its bytes, where there are gaps between. */
export function heldWhenFullest(graph: FlatGraph, alignment = RAM_ALIGNMENT): Held[] {
  const alone = { ...graph, nodeDevices: graph.nodes.map(() => 0), leafDevices: graph.leaves.map(() => 0) };
  let held: number[] = [];
  let sizes: number[] = [];
  reserveEach(alone, [{ alignment, padsRows: false }], (owns, own) => {
    held = [...owns.keys()].filter((tensor) => owns[tensor] === 1);
    sizes = held.map((tensor) => own[tensor] as number);
  });
  return held.map((tensor, at) => ({ tensor: graph.tensors[tensor] as GraphTensor, bytes: sizes[at] as number }));
}

/** How a device lays out its buffer. */
export interface BufferRules {
  /** Places and sizes are multiples of this. */
  alignment: number;
  /** Whether rows of blocks are filled up. */
  padsRows: boolean;
}

/**
 * What a graph needs on each device: bytes, and the tensor that reached the end first (−1: none). `whenFuller` is told which tensors own
 * memory then, and how much.
 */
export function reserveEach(
  { nodes, nodeDevices, leaves, leafDevices, bytes, padding, layout, viewOf, sources, traits }: ScheduledGraph,
  rules: readonly BufferRules[],
  whenFuller?: (owns: Uint8Array, sizes: Float64Array) => void,
): { bytes: number; fullestAt: number }[] {
  const count = bytes.length;
  const buffers = rules.map(() => new FreeBlocks());
  const fullestAt = rules.map(() => -1);
  /** Nodes that still read it, and views of it that are still needed. */
  const users = new Int32Array(count);
  const views = new Int32Array(count);
  /** Where it is, for what has memory of its own. */
  const offsets = new Float64Array(count);
  const sizes = new Float64Array(count);
  const devices = new Int32Array(count);
  const owns = new Uint8Array(count);
  const trait = (tensor: number, bit: number) => ((traits[tensor] as number) & bit) !== 0;
  const owner = (tensor: number) => viewOf[tensor] as number;

  /**
   * Whether the node can be written over this source: nobody else reads it, and its numbers lie as those of the node will. A view never
   * gives its place: ggml asks whether the view itself was given memory.
   */
  const givesItsPlace = (node: number, source: number): boolean =>
    owns[source] === 1 &&
    users[source] === 1 &&
    views[source] === 0 &&
    layout[node] === layout[source] &&
    !trait(source, OUTPUT);

  const allocate = (tensor: number, device: number): void => {
    if (owns[tensor] === 1 || owner(tensor) >= 0 || trait(tensor, STORED)) return;
    owns[tensor] = 1;
    const parent = trait(tensor, IN_PLACE)
      ? sources[tensor]?.find((source) => givesItsPlace(tensor, source))
      : undefined;
    if (parent !== undefined) {
      owns[parent] = 0;
      devices[tensor] = devices[parent] as number;
      offsets[tensor] = offsets[parent] as number;
      sizes[tensor] = sizes[parent] as number;
      return;
    }
    const { alignment, padsRows } = rules[device] as BufferRules;
    const room = (bytes[tensor] as number) + (padsRows ? (padding[tensor] as number) : 0);
    const size = Math.ceil(room / alignment) * alignment;
    const buffer = buffers[device] as FreeBlocks;
    const { end } = buffer;
    devices[tensor] = device;
    sizes[tensor] = size;
    offsets[tensor] = buffer.take(size);
    if (buffer.end <= end) return;
    fullestAt[device] = tensor;
    whenFuller?.(owns, sizes);
  };

  const release = (tensor: number): void => {
    if (owns[tensor] === 0 || trait(tensor, OUTPUT)) return;
    buffers[devices[tensor] as number]?.free(offsets[tensor] as number, sizes[tensor] as number);
    owns[tensor] = 0;
  };

  for (const [at, leaf] of leaves.entries()) allocate(leaf, leafDevices[at] as number);
  for (const [at, node] of nodes.entries()) {
    const device = nodeDevices[at] as number;
    const of = owner(node);
    if (of >= 0 && !trait(node, NOTHING)) (views[of] as number)++;
    if (trait(node, INPUT)) allocate(node, device);
    for (const source of sources[node] as readonly number[]) {
      (users[source] as number)++;
      if (trait(source, INPUT)) allocate(source, device);
    }
  }
  for (const [at, node] of nodes.entries()) {
    const device = nodeDevices[at] as number;
    const read = sources[node] as readonly number[];
    for (const source of read) allocate(source, device);
    allocate(node, device);
    for (const source of read) {
      (users[source] as number)--;
      if ((users[source] as number) > 0 || (views[source] as number) > 0) continue;
      const of = owner(source);
      if (of < 0) {
        release(source);
        continue;
      }
      (views[of] as number)--;
      if (views[of] === 0 && users[of] === 0) release(of);
    }
  }
  return buffers.map(({ end }, device) => ({ bytes: end, fullestAt: fullestAt[device] as number }));
}

/** Free places in order; the last one has no end. */
class FreeBlocks {
  /** The highest place that was ever taken. */
  end = 0;
  private readonly offsets: number[] = [0];
  private readonly sizes: number[] = [Number.POSITIVE_INFINITY];

  /** The start of a place: the smallest that is large enough, the last of equals, and what lies behind all others only then. */
  take(bytes: number): number {
    const { offsets, sizes } = this;
    const last = sizes.length - 1;
    let best = last;
    for (let i = 0; i < last; i++) {
      const size = sizes[i] as number;
      if (size >= bytes && (best === last || size <= (sizes[best] as number))) best = i;
    }
    const offset = offsets[best] as number;
    offsets[best] = offset + bytes;
    sizes[best] = (sizes[best] as number) - bytes;
    if (sizes[best] === 0) this.remove(best);
    this.end = Math.max(this.end, offset + bytes);
    return offset;
  }

  free(offset: number, bytes: number): void {
    const { offsets, sizes } = this;
    for (let i = 0; i < offsets.length; i++) {
      const start = offsets[i] as number;
      const end = start + (sizes[i] as number);
      if (end === offset) {
        sizes[i] = (sizes[i] as number) + bytes;
        if (i + 1 < offsets.length && offset + bytes === offsets[i + 1]) {
          sizes[i] = (sizes[i] as number) + (sizes[i + 1] as number);
          this.remove(i + 1);
        }
        return;
      }
      if (offset + bytes === start) {
        offsets[i] = offset;
        sizes[i] = (sizes[i] as number) + bytes;
        const before = i - 1;
        if (before >= 0 && (offsets[before] as number) + (sizes[before] as number) === offset) {
          sizes[before] = (sizes[before] as number) + (sizes[i] as number);
          this.remove(i);
        }
        return;
      }
    }
    let place = 0;
    while (place < offsets.length && (offsets[place] as number) < offset) place++;
    offsets.splice(place, 0, offset);
    sizes.splice(place, 0, bytes);
  }

  private remove(index: number): void {
    this.offsets.splice(index, 1);
    this.sizes.splice(index, 1);
  }
}
