/**
 * The tensors of a graph as ggml makes them: shape, strides in bytes, what they are computed from, and whose memory a view looks at. No
 * tensor has numbers: all this is for is to know which memory llama.cpp's allocator gives to which of them, and when
 * (`allocator.ts`). Operations that only differ in what they compute share a function here, and keep ggml's name in `operation`.
 */

import { type TensorType, type TensorTypeName, tensorTypeByName } from '../../formats/tensor-types.js';

export type Shape = readonly [number, number, number, number];

export interface GraphTensor {
  readonly type: TensorType;
  /** Numbers along each axis, the one that is contiguous first. */
  readonly shape: Shape;
  /** Bytes from one entry to the next, of each axis. */
  readonly strides: Shape;
  /** ggml's name of what computes it, or `NONE` for what is given: inputs, weights, caches. */
  readonly operation: string;
  readonly sources: readonly GraphTensor[];
  /** The tensor whose memory this one looks at: never a view itself. */
  readonly viewOf: GraphTensor | null;
  /** Weights and caches, which have memory of their own. */
  readonly stored: boolean;
  /** Of a weight: its name in the file. */
  readonly name?: string;
  /** Filled before the graph is computed, so it needs its memory from the start. */
  input: boolean;
  /** Read after the graph was computed, so its memory is never used again. */
  output: boolean;
  /** Its place among the nodes or leaves of a graph; −1: in none. */
  place: number;
}

/** Tensors that do not go together: the file is not what the description says. */
export class UnfitTensors extends Error {}

function demand(fits: boolean, operation: string): void {
  if (!fits) throw new UnfitTensors(operation);
}

export const F32 = typeNamed('F32');
export const F16 = typeNamed('F16');
export const I32 = typeNamed('I32');
export const I64 = typeNamed('I64');

function typeNamed(name: TensorTypeName): TensorType {
  return tensorTypeByName(name) as TensorType;
}

/** The operations whose result may take the place of one of their sources (ggml_op_can_inplace). */
const IN_PLACE: ReadonlySet<string> = new Set([
  ...['FILL', 'SCALE', 'ADD', 'ADD_ID', 'SUB', 'MUL', 'DIV', 'SQR', 'SQRT', 'LOG', 'UNARY', 'ROPE', 'RMS_NORM'],
  ...['CLAMP', 'SOFT_MAX', 'DIAG_MASK_INF', 'DIAG_MASK_ZERO'],
]);

export function worksInPlace({ operation }: GraphTensor): boolean {
  return IN_PLACE.has(operation);
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

/** Bytes of a row of so many numbers. */
export function rowSize({ blockBytes, blockElements }: TensorType, numbers: number): number {
  return (blockBytes * numbers) / blockElements;
}

/** Whether its numbers lie side by side in the order of its axes. */
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

function contiguousStrides(type: TensorType, shape: Shape): Shape {
  const row = rowSize(type, shape[0]);
  return [type.blockBytes, row, row * shape[1], row * shape[1] * shape[2]];
}

function made(type: TensorType, shape: Shape, operation: string, sources: readonly GraphTensor[]): GraphTensor {
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

function viewed(of: GraphTensor, shape: Shape, strides: Shape, operation: string, sources: readonly GraphTensor[]) {
  demand(
    shape.every((length) => Number.isSafeInteger(length) && length >= 0),
    operation,
  );
  const { type, viewOf } = of;
  const root = viewOf ?? of;
  return {
    type,
    shape,
    strides,
    operation,
    sources,
    viewOf: root,
    stored: false,
    input: false,
    output: false,
    place: -1,
  };
}

/** What is set before the graph is computed. */
export function inputTensor(type: TensorType, ...shape: number[]): GraphTensor {
  return { ...made(type, fourAxes(shape), 'NONE', []), input: true };
}

/** A weight or a cache. */
export function storedTensor(type: TensorType, shape: readonly number[], name?: string): GraphTensor {
  return { ...made(type, fourAxes(shape), 'NONE', []), stored: true, ...(name !== undefined && { name }) };
}

/** Memory that an operation writes to; it has no contents before. */
export function emptyTensor(type: TensorType, ...shape: number[]): GraphTensor {
  return made(type, fourAxes(shape), 'NONE', []);
}

function fourAxes([a = 1, b = 1, c = 1, d = 1]: readonly number[]): Shape {
  return [a, b, c, d];
}

// What looks at the memory of another.

export function view(a: GraphTensor, shape: readonly number[], strides: readonly number[] = []): GraphTensor {
  const full = fourAxes(shape);
  const first = a.type.blockBytes;
  const second = strides[0] ?? rowSize(a.type, full[0]);
  const third = strides[1] ?? second * full[1];
  return viewed(a, full, [first, second, third, strides[2] ?? third * full[2]], 'VIEW', [a]);
}

export function reshape(a: GraphTensor, ...shape: number[]): GraphTensor {
  const full = fourAxes(shape);
  demand(elementCount(a) === full[0] * full[1] * full[2] * full[3], 'RESHAPE');
  return viewed(a, full, contiguousStrides(a.type, full), 'RESHAPE', [a]);
}

/** Axis `i` of `a` becomes axis `to[i]`. */
export function permute(a: GraphTensor, ...to: [number, number, number, number]): GraphTensor {
  const shape: [number, number, number, number] = [1, 1, 1, 1];
  const strides: [number, number, number, number] = [0, 0, 0, 0];
  for (const [axis, target] of to.entries()) {
    shape[target] = a.shape[axis] as number;
    strides[target] = a.strides[axis] as number;
  }
  return viewed(a, shape, strides, 'PERMUTE', [a]);
}

export function transpose(a: GraphTensor): GraphTensor {
  const [s0, s1, s2, s3] = a.shape;
  const [b0, b1, b2, b3] = a.strides;
  return viewed(a, [s1, s0, s2, s3], [b1, b0, b2, b3], 'TRANSPOSE', [a]);
}

/** Rows of `rows` are written to the places `ids` of `a`. */
export function setRows(a: GraphTensor, rows: GraphTensor, ids: GraphTensor): GraphTensor {
  return viewed(a, a.shape, a.strides, 'SET_ROWS', [rows, ids, a]);
}

/** The numbers of `a` are written to the memory of `target`. */
export function copyTo(a: GraphTensor, target: GraphTensor): GraphTensor {
  return viewed(target, target.shape, target.strides, 'CPY', [a, target]);
}

/** The result takes the memory of `a` whatever else needs it. */
export function scaleInPlace(a: GraphTensor): GraphTensor {
  return viewed(a, a.shape, a.strides, 'SCALE', [a]);
}

// What needs memory.

/** One number for each number of `a`, from `a` and what stands beside it. */
export function elementwise(operation: string, a: GraphTensor, ...others: readonly GraphTensor[]): GraphTensor {
  return made(a.type, a.shape, operation, [a, ...others]);
}

/** `b` is used again along the axes on which it is shorter. */
function combined(operation: string, a: GraphTensor, b: GraphTensor): GraphTensor {
  const fits = a.shape.every((length, axis) => length % (b.shape[axis] as number) === 0);
  demand(fits, operation);
  return elementwise(operation, a, b);
}

export const add = (a: GraphTensor, b: GraphTensor) => combined('ADD', a, b);
export const multiply = (a: GraphTensor, b: GraphTensor) => combined('MUL', a, b);
export const divide = (a: GraphTensor, b: GraphTensor) => combined('DIV', a, b);
export const subtract = (a: GraphTensor, b: GraphTensor) => combined('SUB', a, b);
export const scale = (a: GraphTensor) => elementwise('SCALE', a);
export const clamp = (a: GraphTensor) => elementwise('CLAMP', a);
/** σ, tanh, silu, gelu, relu, softplus, exp and their like. */
export const unary = (a: GraphTensor) => elementwise('UNARY', a);
export const square = (a: GraphTensor) => elementwise('SQR', a);
export const squareRoot = (a: GraphTensor) => elementwise('SQRT', a);
export const fill = (a: GraphTensor) => elementwise('FILL', a);

/** Rows of `a`, multiplied with each column of `b`. */
export function matrixProduct(a: GraphTensor, b: GraphTensor): GraphTensor {
  const fits = a.shape[0] === b.shape[0] && b.shape[2] % a.shape[2] === 0 && b.shape[3] % a.shape[3] === 0;
  demand(fits, 'MUL_MAT');
  return made(F32, [a.shape[1], b.shape[1], b.shape[2], b.shape[3]], 'MUL_MAT', [a, b]);
}

/** The same with the matrices of the chosen experts. */
export function expertProduct(experts: GraphTensor, b: GraphTensor, ids: GraphTensor): GraphTensor {
  demand(experts.shape[0] === b.shape[0] && ids.shape[1] === b.shape[2], 'MUL_MAT_ID');
  return made(F32, [experts.shape[1], ids.shape[0], b.shape[2], 1], 'MUL_MAT_ID', [experts, b, ids]);
}

export function getRows(a: GraphTensor, ids: GraphTensor): GraphTensor {
  const type = a.type === I32 ? I32 : F32;
  return made(type, [a.shape[0], ids.shape[0], ids.shape[1], ids.shape[2]], 'GET_ROWS', [a, ids]);
}

/** `act(a) × b`; without `b` the first half of each row is the gate. */
export function gatedUnit(a: GraphTensor, b?: GraphTensor): GraphTensor {
  const [width, ...others] = a.shape;
  return made(a.type, b ? a.shape : [Math.floor(width / 2), ...others], 'GLU', b ? [a, b] : [a]);
}

export function contiguous(a: GraphTensor, ...shape: number[]): GraphTensor {
  return made(a.type, shape.length === 0 ? a.shape : fourAxes(shape), 'CONT', [a]);
}

/** `a` in another type. ggml counts the result as a source of itself. */
export function cast(a: GraphTensor, type: TensorType): GraphTensor {
  const sources = [a];
  const result = made(type, a.shape, 'CPY', sources);
  sources.push(result);
  return result;
}

export function concatenate(a: GraphTensor, b: GraphTensor, axis: number): GraphTensor {
  demand(
    a.shape.every((length, each) => each === axis || length === b.shape[each]),
    'CONCAT',
  );
  const shape: [number, number, number, number] = [...a.shape];
  shape[axis] = (a.shape[axis] as number) + (b.shape[axis] as number);
  return made(a.type, shape, 'CONCAT', [a, b]);
}

/** Zeros behind each axis. */
export function pad(a: GraphTensor, ...zeros: number[]): GraphTensor {
  const more = zeros.concat([0, 0, 0, 0]);
  const shape = a.shape.map((length, axis) => length + (more[axis] as number)) as unknown as Shape;
  return made(a.type, shape, 'PAD', [a]);
}

export function repeat(a: GraphTensor, ...shape: number[]): GraphTensor {
  return made(a.type, fourAxes(shape), 'REPEAT', [a]);
}

export function sumRows(a: GraphTensor): GraphTensor {
  return made(a.type, [1, a.shape[1], a.shape[2], a.shape[3]], 'SUM_ROWS', [a]);
}

/** The places of the largest numbers of each row: all are sorted, and the first ones looked at. */
export function largestOf(a: GraphTensor, count: number): GraphTensor {
  demand(count >= 1 && count <= a.shape[0], 'ARGSORT');
  const sorted = made(I32, a.shape, 'ARGSORT', [a]);
  const [, second, third, fourth] = sorted.shape;
  return view(sorted, [count, second, third, fourth], sorted.strides.slice(1));
}

/** The same where the others are not sorted. */
export function topOf(a: GraphTensor, count: number): GraphTensor {
  return made(I32, [count, a.shape[1], a.shape[2], a.shape[3]], 'TOP_K', [a]);
}

/** Softmax over rows; the mask is added first, and a sink counts as one more score. */
export function softmax(a: GraphTensor, mask?: GraphTensor, sinks?: GraphTensor): GraphTensor {
  return made(a.type, a.shape, 'SOFT_MAX', present(a, mask, sinks));
}

export function flashAttention(
  q: GraphTensor,
  k: GraphTensor,
  v: GraphTensor,
  mask: GraphTensor | undefined,
  sinks: GraphTensor | undefined,
): GraphTensor {
  return made(F32, [v.shape[0], q.shape[2], q.shape[1], q.shape[3]], 'FLASH_ATTN_EXT', present(q, k, v, mask, sinks));
}

/** An operation whose result has a shape of its own. */
export function operation(
  name: string,
  type: TensorType,
  shape: readonly number[],
  ...sources: readonly (GraphTensor | undefined)[]
): GraphTensor {
  return made(type, fourAxes(shape), name, present(...sources));
}

function present(...sources: readonly (GraphTensor | undefined)[]): GraphTensor[] {
  return sources.filter((source) => source !== undefined);
}

/** Nodes in the order in which they are computed, and the leaves in which they begin. */
export class Graph {
  readonly nodes: GraphTensor[] = [];
  readonly leaves: GraphTensor[] = [];

  /** Takes a tensor in, and before it all that it is computed from, the first source first (ggml_build_forward_expand). */
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
