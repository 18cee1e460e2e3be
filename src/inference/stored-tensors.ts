/**
 * The file's tensors as inference needs them: found by name, with the expected shape, in a format that can be dequantized, and with their
 * data in the file. A tensor that is not requested may be missing or wrong: layer 0 needs no other layer.
 */

import type { Tensor } from '../gguf/data-layout.js';
import type { GgufFile } from '../gguf/decode.js';
import { isReadable, type ReadableData, tensorDataOf } from '../tensor-data/tensor-data.js';
import { UNREADABLE } from '../words/unreadable.js';
import { TraceError } from './inference-error.js';

/** Maximum number of rows of a matrix: sixteen million, more than any vocabulary. */
const MOST_ROWS = 16 * 1024 * 1024;

export class StoredTensors {
  private readonly file: GgufFile;
  private readonly byName = new Map<string, Tensor>();

  constructor(file: GgufFile) {
    this.file = file;
    for (const tensor of file.tensors) if (!this.byName.has(tensor.name)) this.byName.set(tensor.name, tensor);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** The tensor's number of elements and, below, its dimensions; undefined if there is no such tensor. */
  elements(name: string): number | undefined {
    return this.byName.get(name)?.elements;
  }

  dimensions(name: string): readonly number[] | undefined {
    return this.byName.get(name)?.dimensions;
  }

  /** A matrix of `rows` rows of `length`; any number of rows if `rows` is not given. Throws TraceError where there is no such matrix. */
  matrix(name: string, length: number, rows?: number): ReadableData {
    return this.dataOf(this.shaped(name, [length, rows]));
  }

  /** The stacked matrices of `experts` experts. */
  experts(name: string, length: number, rows: number, experts: number): ReadableData {
    return this.dataOf(this.shaped(name, [length, rows, experts]));
  }

  /** The kernel of a convolution as a matrix: one row for each output channel, with `taps` numbers for each input channel. */
  kernel(name: string, taps: number, channels: number, rows: number): ReadableData {
    return this.dataOf({ ...this.shaped(name, [taps, channels, rows]), dimensions: [taps * channels, rows] });
  }

  /** A vector of `length` numbers, regardless of its dimensions. */
  vector(name: string, length: number): ReadableData {
    const tensor = this.found(name);
    if (tensor.elements !== length) throw wrongShape(tensor, String(length));
    // As one row: vectors are stored in formats whose block is a single number, or in whole blocks.
    return this.dataOf({ ...tensor, dimensions: [length] });
  }

  vectorOrNull(name: string, length: number): ReadableData | null {
    return this.has(name) ? this.vector(name, length) : null;
  }

  private found(name: string): Tensor {
    const tensor = this.byName.get(name);
    if (tensor === undefined) throw new TraceError('missing-tensor', `the file has no tensor ${name}`);
    return tensor;
  }

  private shaped(name: string, expected: readonly (number | undefined)[]): Tensor {
    const tensor = this.found(name);
    const count = Math.max(expected.length, tensor.dimensions.length);
    for (let i = 0; i < count; i++) {
      const wanted = i < expected.length ? expected[i] : 1;
      if (wanted !== undefined && (tensor.dimensions[i] ?? 1) !== wanted) {
        throw wrongShape(tensor, expected.map((one) => one ?? 'any').join(' × '));
      }
    }
    return tensor;
  }

  private dataOf(tensor: Tensor): ReadableData {
    const data = tensorDataOf(this.file, tensor);
    const { name, rows, rowLength, unreadable } = data;
    if (unreadable === 'empty' || unreadable === 'uneven-rows' || rows > MOST_ROWS) {
      throw new TraceError('wrong-shape', `${name} has ${rows} rows of ${rowLength}, which cannot be computed with`);
    }
    if (isReadable(data)) return data;
    throw unreadableTensor(name, unreadable as 'no-float-form' | 'data-missing');
  }
}

/** The error for a tensor whose numbers cannot be read, found beforehand or while reading. */
export function unreadableTensor(name: string, why: 'no-float-form' | 'data-missing'): TraceError {
  return new TraceError(why, `the numbers of ${name} cannot be read: ${UNREADABLE[why].clause}`);
}

function wrongShape({ name, dimensions }: Tensor, expected: string): TraceError {
  return new TraceError('wrong-shape', `${name} is ${dimensions.join(' × ') || '1'}; ${expected} is expected`);
}
