/**
 * What ggml's allocator reserves for a graph on one device: a replay of its rules (ggml-alloc.c) on tensors without
 * numbers. Leaves come first, then each node in order; a node takes the place of a source that nothing else needs where its operation
 * allows it, else the smallest free block that is large enough; a tensor is freed with its last use.
 */

import { worksInPlace } from './graph-nodes.js';
import { type Graph, type GraphTensor, tensorBytes } from './graph-tensor.js';

/** Places and sizes are multiples of this in system RAM. */
export const RAM_ALIGNMENT = 32;

/** What a graph needs. */
export interface Reserved {
  /** Bytes of the buffer. */
  bytes: number;
  /** The tensor that reached the end of the buffer first: the buffer is fullest when it is computed. Null where nothing is needed. */
  fullestAt: GraphTensor | null;
}

/** What a graph needs in one buffer. The tensors must be of no other graph. */
export function reserve({ nodes, leaves }: Graph, alignment = RAM_ALIGNMENT): Reserved {
  let fullestAt: GraphTensor | null = null;
  const blocks = new FreeBlocks();
  const states = new Map<GraphTensor, TensorState>();
  const stateOf = (tensor: GraphTensor): TensorState => {
    let state = states.get(tensor);
    if (state === undefined) {
      const bytes = Math.ceil(tensorBytes(tensor) / alignment) * alignment;
      state = { users: 0, views: 0, offset: 0, allocated: false, bytes };
      states.set(tensor, state);
    }
    return state;
  };

  const allocate = (tensor: GraphTensor): void => {
    if (tensor.stored || tensor.viewOf !== null) return;
    const state = stateOf(tensor);
    if (state.allocated) return;
    state.allocated = true;
    const parent = worksInPlace(tensor)
      ? tensor.sources.find((source) => givesItsPlace(tensor, source, stateOf))
      : undefined;
    if (parent === undefined) {
      const { end } = blocks;
      state.offset = blocks.take(state.bytes);
      if (blocks.end > end) fullestAt = tensor;
      return;
    }
    const former = stateOf(parent);
    former.allocated = false;
    state.offset = former.offset;
    if (former.bytes > state.bytes) blocks.free(former.offset + state.bytes, former.bytes - state.bytes);
  };

  const release = (tensor: GraphTensor): void => {
    const state = stateOf(tensor);
    if (tensor.output || !state.allocated) return;
    blocks.free(state.offset, state.bytes);
    state.allocated = false;
  };

  for (const leaf of leaves) allocate(leaf);
  for (const node of nodes) {
    if (node.viewOf !== null) stateOf(node.viewOf).views++;
    if (node.input) allocate(node);
    for (const source of node.sources) {
      stateOf(source).users++;
      if (source.input) allocate(source);
    }
  }
  for (const node of nodes) {
    for (const source of node.sources) allocate(source);
    allocate(node);
    for (const source of node.sources) {
      const state = stateOf(source);
      state.users--;
      if (state.users > 0 || state.views > 0) continue;
      if (source.viewOf === null) {
        release(source);
        continue;
      }
      const owner = stateOf(source.viewOf);
      owner.views--;
      if (owner.views === 0 && owner.users === 0) release(source.viewOf);
    }
  }
  return { bytes: blocks.end, fullestAt };
}

interface TensorState {
  /** Nodes that still read it. */
  users: number;
  /** Views of it that are still needed. */
  views: number;
  offset: number;
  /** Whether its memory is of the buffer and its own. */
  allocated: boolean;
  bytes: number;
}

/**
 * Whether the node can be written over this source: nobody else reads it, and its numbers lie as those of the node will. A view never
 * gives its place: ggml asks whether the view itself was given memory.
 */
function givesItsPlace(node: GraphTensor, source: GraphTensor, stateOf: (tensor: GraphTensor) => TensorState): boolean {
  const { allocated, users, views } = stateOf(source);
  return allocated && !source.output && users === 1 && views === 0 && sameLayout(node, source);
}

function sameLayout(a: GraphTensor, b: GraphTensor): boolean {
  return (
    a.type === b.type &&
    a.shape.every((length, axis) => length === b.shape[axis]) &&
    a.strides.every((stride, axis) => stride === b.strides[axis])
  );
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
