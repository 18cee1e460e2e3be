/**
 * What ggml's allocator reserves for a graph: a replay of its rules (ggml-alloc.c) on tensors without data. Leaves are allocated first,
 * then each node in order. A node reuses the memory of a source that nothing else needs if its operation allows this; otherwise it gets the
 * smallest free block that is large enough. A tensor is freed after its last use. Each device has its own buffer.
 */

import { type FlatGraph, type FlatTensors, IN_PLACE, INPUT, NOTHING, OUTPUT, STORED } from './flat-graph.js';
import type { GraphTensor } from './graph-tensor.js';

/** Offsets and sizes are multiples of this in system RAM. */
export const RAM_ALIGNMENT = 32;

/** The memory that a graph needs. */
export interface Reserved {
  /** Bytes of the buffer. */
  bytes: number;
  /** The tensor that first reached the end of the buffer: the buffer is fullest when it is computed. Null if nothing is needed. */
  fullestAt: GraphTensor | null;
}

/** A graph with a device assigned to each node and leaf. */
export interface ScheduledGraph extends FlatTensors {
  readonly nodes: readonly number[];
  /** The device of each node, and of each leaf. */
  readonly nodeDevices: readonly number[];
  readonly leaves: readonly number[];
  readonly leafDevices: readonly number[];
}

/** The memory that a graph needs in one buffer. */
export function reserve(graph: FlatGraph, alignment = RAM_ALIGNMENT): Reserved {
  const alone = { ...graph, nodeDevices: graph.nodes.map(() => 0), leafDevices: graph.leaves.map(() => 0) };
  const [need] = reserveEach(alone, [{ alignment, padsRows: false }]);
  const { bytes = 0, fullestAt = -1 } = need ?? {};
  return { bytes, fullestAt: graph.tensors[fullestAt] ?? null };
}

/** A tensor that is in a buffer at one moment. */
export interface Held {
  tensor: GraphTensor;
  bytes: number;
}

/** The contents of a graph's single buffer when it is fullest; their sum is less than the buffer if there are gaps. */
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
  /** Offsets and sizes are multiples of this. */
  alignment: number;
  /** Whether rows of block formats are padded. */
  padsRows: boolean;
}

/**
 * The memory that a graph needs on each device: bytes, and the tensor that first reached the end (−1: none). `whenFuller` is called with
 * the tensors that own memory at that moment, and their sizes.
 */
export function reserveEach(
  { nodes, nodeDevices, leaves, leafDevices, bytes, padding, layout, viewOf, sources, traits }: ScheduledGraph,
  rules: readonly BufferRules[],
  whenFuller?: (owns: Uint8Array, sizes: Float64Array) => void,
): { bytes: number; fullestAt: number }[] {
  const count = bytes.length;
  const buffers = rules.map(() => new FreeBlocks());
  const fullestAt = rules.map(() => -1);
  /** Number of nodes that still read it; below, number of its views that are still needed. */
  const users = new Int32Array(count);
  const views = new Int32Array(count);
  /** Offset, for tensors that own memory. */
  const offsets = new Float64Array(count);
  const sizes = new Float64Array(count);
  const devices = new Int32Array(count);
  const owns = new Uint8Array(count);
  const trait = (tensor: number, bit: number) => ((traits[tensor] as number) & bit) !== 0;
  const owner = (tensor: number) => viewOf[tensor] as number;

  /**
   * Whether the node can overwrite this source: nothing else reads it, and it has the same layout. A view never gives its memory away: ggml
   * checks whether the view itself was allocated.
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

/** Free blocks in order of offset; the last one is unbounded. */
class FreeBlocks {
  /** The highest end of any block taken. */
  end = 0;
  private readonly offsets: number[] = [0];
  private readonly sizes: number[] = [Number.POSITIVE_INFINITY];

  /**
   * Returns the offset of a block: the smallest that is large enough, the last of equally small ones; the unbounded last block only if no
   * other fits.
   */
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
