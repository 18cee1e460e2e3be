/**
 * The tensors of a graph as ggml creates them: shape, strides in bytes, sources, and whose memory a view uses. Tensors have no data here,
 * because the only purpose is to find which memory llama.cpp's allocator gives to which tensor, and when (`allocator.ts`).
 */

import { type TensorType, type TensorTypeName, tensorTypeByName } from '../../formats/tensor-types.js';

export type Shape = readonly [number, number, number, number];

export interface GraphTensor {
  readonly type: TensorType;
  /** Numbers along each axis, contiguous axis first. */
  readonly shape: Shape;
  /** Bytes from one entry to the next along each axis. */
  readonly strides: Shape;
  /** ggml's name of the operation that computes it, or `NONE` for inputs, weights and caches. */
  readonly operation: string;
  readonly sources: readonly GraphTensor[];
  /** The tensor whose memory this one views; that tensor is never a view itself. */
  readonly viewOf: GraphTensor | null;
  /** Weights and caches, which own their memory. */
  readonly stored: boolean;
  /** For a weight: its name in the file. */
  readonly name?: string;
  /** Filled before the graph is computed, so it needs its memory from the start. */
  input: boolean;
  /** Read after the graph was computed, so its memory is never reused. */
  output: boolean;
  /** Its index among the nodes or leaves of a graph; −1: not in a graph. */
  place: number;
  /** For a cache or a state, and for a weight that each device has: the layer that it belongs to. */
  readonly layer?: number | undefined;
}

/** Tensors that do not fit together: the file does not match the description. */
export class UnfitTensors extends Error {}

export function demand(fits: boolean, operation: string): void {
  if (!fits) throw new UnfitTensors(operation);
}

export const F32 = typeNamed('F32');
export const F16 = typeNamed('F16');
export const I32 = typeNamed('I32');
export const I64 = typeNamed('I64');

function typeNamed(name: TensorTypeName): TensorType {
  return tensorTypeByName(name) as TensorType;
}

/** Bytes that a tensor takes (ggml_nbytes). */
export function tensorBytes({ type, shape, strides }: GraphTensor): number {
  if (shape.some((length) => length <= 0)) return 0;
  const { blockElements, blockBytes } = type;
  let bytes = blockElements === 1 ? blockBytes + (shape[0] - 1) * strides[0] : (shape[0] * strides[0]) / blockElements;
  for (let axis = 1; axis < 4; axis++) bytes += ((shape[axis] as number) - 1) * (strides[axis] as number);
  return bytes;
}

export function elementCount({ shape }: GraphTensor): number {
  return shape[0] * shape[1] * shape[2] * shape[3];
}

/** Bytes of a row of `numbers` numbers. */
export function rowSize({ blockBytes, blockElements }: TensorType, numbers: number): number {
  return (blockBytes * numbers) / blockElements;
}

/** Whether its numbers are contiguous in the order of its axes. */
export function isContiguous({ type, shape, strides }: GraphTensor): boolean {
  let next = type.blockBytes;
  if (shape[0] !== type.blockElements && strides[0] !== next) return false;
  next *= shape[0] / type.blockElements;
  for (let axis = 1; axis < 4; axis++) {
    if (shape[axis] !== 1 && strides[axis] !== next) return false;
    next *= shape[axis] as number;
  }
  return true;
}

/** Bytes from one number (or block), row, matrix and so on to the next. */
export function contiguousStrides(type: TensorType, shape: Shape): Shape {
  const row = rowSize(type, shape[0]);
  return [type.blockBytes, row, row * shape[1], row * shape[1] * shape[2]];
}

/** The contiguous result of an operation. Throws UnfitTensors for invalid lengths. */
export function made(type: TensorType, shape: Shape, operation: string, sources: readonly GraphTensor[]): GraphTensor {
  demand(
    shape.every((length) => Number.isSafeInteger(length) && length >= 0),
    operation,
  );
  const strides = contiguousStrides(type, shape);
  return {
    type,
    shape,
    strides,
    operation,
    sources,
    viewOf: null,
    stored: false,
    input: false,
    output: false,
    place: -1,
  };
}

/** A view of a tensor, without its own memory. `strides` in bytes. Throws UnfitTensors for invalid lengths. */
export function viewed(
  of: GraphTensor,
  shape: Shape,
  strides: Shape,
  operation: string,
  sources: readonly GraphTensor[],
): GraphTensor {
  return { ...made(of.type, shape, operation, sources), strides, viewOf: of.viewOf ?? of };
}

/** An input, which is set before the graph is computed. */
export function inputTensor(type: TensorType, ...shape: number[]): GraphTensor {
  return { ...made(type, fourAxes(shape), 'NONE', []), input: true };
}

/** The name of the output matrix; also used for the token embedding when it is loaded a second time as output. */
export const TIED_OUTPUT = 'output.weight';

/** A weight. */
export function storedTensor(type: TensorType, shape: readonly number[], name?: string): GraphTensor {
  return { ...made(type, fourAxes(shape), 'NONE', []), stored: true, ...(name !== undefined && { name }) };
}

/** A cache or a state of a layer. */
export function keptTensor(type: TensorType, shape: readonly number[], layer: number | undefined): GraphTensor {
  return { ...storedTensor(type, shape), layer };
}

/** Memory that an operation writes to, initially empty. */
export function emptyTensor(type: TensorType, ...shape: number[]): GraphTensor {
  return made(type, fourAxes(shape), 'NONE', []);
}

/** Adds missing axes with length 1. */
export function fourAxes([a = 1, b = 1, c = 1, d = 1]: readonly number[]): Shape {
  return [a, b, c, d];
}

/** Nodes in the order of computation, and the leaves that they start from. */
export class Graph {
  readonly nodes: GraphTensor[] = [];
  readonly leaves: GraphTensor[] = [];

  /** Adds a tensor to the graph, after everything that it is computed from, first source first (ggml_build_forward_expand). */
  expand<T extends GraphTensor | undefined>(tensor: T): T {
    if (tensor !== undefined) this.visit(tensor);
    return tensor;
  }

  private visit(tensor: GraphTensor): void {
    if (tensor.place >= 0) return;
    tensor.place = 0;
    for (const source of tensor.sources) this.visit(source);
    const list = tensor.operation === 'NONE' ? this.leaves : this.nodes;
    tensor.place = list.length;
    list.push(tensor);
  }
}
