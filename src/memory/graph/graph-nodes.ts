/** The operations of ggml. Those that differ only in what they compute share a function here and keep ggml's name in `operation`. */

import type { TensorType } from '../../formats/tensor-types.js';
import {
  contiguousStrides,
  demand,
  elementCount,
  F32,
  fourAxes,
  type GraphTensor,
  I32,
  made,
  rowSize,
  type Shape,
  viewed,
} from './graph-tensor.js';

/** The operations whose result may overwrite one of their sources (ggml_op_can_inplace). */
const IN_PLACE: ReadonlySet<string> = new Set([
  ...['FILL', 'SCALE', 'ADD', 'ADD_ID', 'SUB', 'MUL', 'DIV', 'SQR', 'SQRT', 'LOG', 'UNARY', 'ROPE', 'RMS_NORM'],
  ...['CLAMP', 'SOFT_MAX', 'DIAG_MASK_INF', 'DIAG_MASK_ZERO'],
]);

export function worksInPlace({ operation }: GraphTensor): boolean {
  return IN_PLACE.has(operation);
}

// Operations that view the memory of another tensor.

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

/** Writes the rows of `rows` to the positions `ids` of `a`. */
export function setRows(a: GraphTensor, rows: GraphTensor, ids: GraphTensor): GraphTensor {
  return viewed(a, a.shape, a.strides, 'SET_ROWS', [rows, ids, a]);
}

/** Copies the numbers of `a` to the memory of `target`. */
export function copyTo(a: GraphTensor, target: GraphTensor): GraphTensor {
  return viewed(target, target.shape, target.strides, 'CPY', [a, target]);
}

/** The result overwrites `a`, even if something else still needs it. */
export function scaleInPlace(a: GraphTensor): GraphTensor {
  return viewed(a, a.shape, a.strides, 'SCALE', [a]);
}

// Operations that need memory.

/** One number for each number of `a`, computed from `a` and the corresponding others. */
export function elementwise(operation: string, a: GraphTensor, ...others: readonly GraphTensor[]): GraphTensor {
  return made(a.type, a.shape, operation, [a, ...others]);
}

/** `b` is repeated along the axes on which it is shorter. */
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
/** σ, tanh, silu, gelu, relu, softplus, exp and similar functions. */
export const unary = (a: GraphTensor) => elementwise('UNARY', a);
export const square = (a: GraphTensor) => elementwise('SQR', a);
export const squareRoot = (a: GraphTensor) => elementwise('SQRT', a);
export const fill = (a: GraphTensor) => elementwise('FILL', a);

/** The product of the rows of `a` with each column of `b`. */
export function matrixProduct(a: GraphTensor, b: GraphTensor): GraphTensor {
  const fits = a.shape[0] === b.shape[0] && b.shape[2] % a.shape[2] === 0 && b.shape[3] % a.shape[3] === 0;
  demand(fits, 'MUL_MAT');
  return made(F32, [a.shape[1], b.shape[1], b.shape[2], b.shape[3]], 'MUL_MAT', [a, b]);
}

/** The same with the chosen experts' matrices. */
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

/** `a` converted to another type. ggml counts the result as a source of itself. */
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

/** Pads each axis with zeros at its end. */
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

/** The indexes of the largest numbers of each row: all are sorted, and the first ones viewed. */
export function largestOf(a: GraphTensor, count: number): GraphTensor {
  demand(count >= 1 && count <= a.shape[0], 'ARGSORT');
  const sorted = made(I32, a.shape, 'ARGSORT', [a]);
  const [, second, third, fourth] = sorted.shape;
  return view(sorted, [count, second, third, fourth], sorted.strides.slice(1));
}

/** The same without sorting the others. */
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

/** An operation whose result has a different shape. */
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
