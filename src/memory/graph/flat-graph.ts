/**
 * A graph as arrays of numbers, built once and placed many times: tensors by index, with the bytes, sources and views of each. The
 * properties of operations that the scheduler and the allocator need are determined here.
 */

import type { TensorType } from '../../formats/tensor-types.js';
import { worksInPlace } from './graph-nodes.js';
import { type Graph, type GraphTensor, rowSize, tensorBytes } from './graph-tensor.js';

/** Tensors by index. The lists have one item for each tensor. */
export interface FlatTensors {
  readonly bytes: number[];
  /** Bytes that pad the last row to a multiple of `PADDED_ROW` numbers if the type has blocks; some devices need this. */
  readonly padding: number[];
  /** Equal for tensors of the same type, shape and strides. */
  readonly layout: number[];
  /** The tensor whose memory it views; −1: it is not a view. */
  readonly viewOf: number[];
  readonly sources: (readonly number[])[];
  readonly traits: number[];
}

export interface FlatGraph extends FlatTensors {
  readonly tensors: readonly GraphTensor[];
  /** In the order of computation. */
  readonly nodes: readonly number[];
  readonly leaves: readonly number[];
}

/** Bits of `traits`. */
export const INPUT = 1;
export const OUTPUT = 2;
/** Weights and caches. */
export const STORED = 4;
/** A weight itself, not a view of one. */
export const WEIGHT = 8;
/** Only views memory: VIEW, RESHAPE, PERMUTE, TRANSPOSE. */
export const LOOKS = 16;
/** May overwrite a source. */
export const IN_PLACE = 32;
/** Runs on the device of its weights: all operations except rotations and flash attention, whose weights are too small to decide. */
export const FOLLOWS_WEIGHTS = 64;
/** A node that computes nothing. */
export const NOTHING = 128;

const LOOKING = new Set(['VIEW', 'RESHAPE', 'PERMUTE', 'TRANSPOSE']);
const NOT_BY_WEIGHTS = new Set(['ROPE', 'FLASH_ATTN_EXT', 'NONE']);

/** In numbers (MATRIX_ROW_PADDING of ggml's CUDA backend). */
const PADDED_ROW = 512;

export function paddingOf(type: TensorType, rowLength: number): number {
  const over = rowLength % PADDED_ROW;
  return type.blockElements === 1 || over === 0 ? 0 : rowSize(type, PADDED_ROW - over);
}

export function flatten({ nodes, leaves }: Graph): FlatGraph {
  const numbers = new Map<GraphTensor, number>();
  const layouts = new Map<string, number>();
  const tensors: GraphTensor[] = [];
  const graph = {
    tensors,
    bytes: [] as number[],
    padding: [] as number[],
    layout: [] as number[],
    viewOf: [] as number[],
    sources: [] as number[][],
    traits: [] as number[],
  };
  const numberOf = (tensor: GraphTensor): number => {
    const known = numbers.get(tensor);
    if (known !== undefined) return known;
    const number = tensors.length;
    numbers.set(tensor, number);
    tensors.push(tensor);
    graph.bytes.push(tensorBytes(tensor));
    const { type, shape, strides } = tensor;
    graph.padding.push(paddingOf(type, shape[0]));
    const layout = `${type.name} ${shape.join()} ${strides.join()}`;
    const same = layouts.get(layout) ?? layouts.size;
    layouts.set(layout, same);
    graph.layout.push(same);
    graph.traits.push(traitsOf(tensor));
    graph.viewOf.push(-1);
    graph.sources.push([]);
    if (tensor.viewOf !== null) graph.viewOf[number] = numberOf(tensor.viewOf);
    graph.sources[number] = tensor.sources.map(numberOf);
    return number;
  };
  return { ...graph, leaves: leaves.map(numberOf), nodes: nodes.map(numberOf) };
}

function traitsOf(tensor: GraphTensor): number {
  const { operation, input, output, stored, name } = tensor;
  return (
    (input ? INPUT : 0) |
    (output ? OUTPUT : 0) |
    (stored ? STORED : 0) |
    (stored && name !== undefined ? WEIGHT : 0) |
    (LOOKING.has(operation) ? LOOKS : 0) |
    (worksInPlace(tensor) ? IN_PLACE : 0) |
    (NOT_BY_WEIGHTS.has(operation) ? 0 : FOLLOWS_WEIGHTS)
  );
}
