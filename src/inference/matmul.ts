/**
 * Multiplies a matrix with vectors without loading the matrix: some rows at a time are read from the file, dequantized and multiplied with
 * the vectors of all tokens, so memory use does not depend on the matrix size. This is the plain implementation; simd-matmul.ts has the
 * fast one.
 */

import { type Dequantize, dequantizer } from '../formats/dequantize.js';
import type { BlockSource } from '../io/block-source.js';
import { readRows } from '../tensor-data/read-blocks.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { unreadableTensor } from './stored-tensors.js';
import { type Vectors, vectorAt } from './vectors.js';

export interface RowRange {
  matrix: ReadableData;
  first: number;
  rows: number;
}

export interface Products {
  /** Sets number `row` of vector `t` of `into` to row `row` of the range times vector `t` of `inputs`. */
  multiply(range: RowRange, inputs: Vectors, into: Vectors): Promise<void>;
  /** Releases threads and files. */
  close(): Promise<void>;
}

/** Bytes that are read at a time. */
const READ_BYTES = 64 * 1024;

/** Products in this thread, in plain TypeScript. Does not close the source. */
export function plainProducts(source: BlockSource): Products {
  return inTurns(async ({ matrix, first, rows }, inputs, into) => {
    const each = rowsAtOnce(matrix, rows);
    const reader = new RowReader(source, matrix, each);
    for (let row = 0; row < rows; row += each) {
      const count = Math.min(each, rows - row);
      multiplyRows(await reader.read(first + row, count), count, inputs, into, row);
    }
  });
}

export function rowsAtOnce({ rowBytes }: ReadableData, rows: number): number {
  return Math.min(rows, Math.max(1, Math.floor(READ_BYTES / rowBytes)));
}

/** Runs one product at a time, so that a server is asked for one stretch of the file after the other rather than for two alternately. */
export function inTurns(multiply: Products['multiply']): Products {
  let before: Promise<unknown> = Promise.resolve();
  return {
    multiply(range, inputs, into) {
      const result = before.then(() => multiply(range, inputs, into));
      before = result.catch(() => undefined);
      return result;
    },
    close: async () => undefined,
  };
}

/** Reads rows of one matrix as numbers, always into the same buffer. */
export class RowReader {
  private readonly source: BlockSource;
  private readonly matrix: ReadableData;
  private readonly bytes: Uint8Array;
  private readonly values: Float32Array;
  private readonly dequantize: Dequantize;

  /** `most`: the maximum number of rows in one call of `read`. */
  constructor(source: BlockSource, matrix: ReadableData, most: number) {
    this.source = source;
    this.matrix = matrix;
    this.bytes = new Uint8Array(most * matrix.rowBytes);
    this.values = new Float32Array(most * matrix.rowLength);
    this.dequantize = dequantizer(matrix.type, matrix.littleEndian) as Dequantize;
  }

  /** The numbers of the rows; valid until the next call. Throws TraceError where the file ends too early. */
  async read(first: number, rows: number): Promise<Float32Array> {
    const { rowBytes, rowLength, type } = this.matrix;
    const bytes = this.bytes.subarray(0, rows * rowBytes);
    await readMatrixRows(this.matrix, this.source, first, bytes);
    this.dequantize(bytes, 0, (rows * rowLength) / type.blockElements, this.values, 0);
    return this.values.subarray(0, rows * rowLength);
  }
}

/** Fills `target` with rows. Throws TraceError where the file ends too early. */
export async function readMatrixRows(
  matrix: ReadableData,
  source: BlockSource,
  first: number,
  target: Uint8Array,
): Promise<void> {
  const count = await readRows(matrix, source, first, target);
  if (count < target.length) throw unreadableTensor(matrix.name, 'data-missing');
}

/** Multiplies rows with all vectors; the products begin at index `at` of each vector of `into`. */
function multiplyRows(weights: Float32Array, rows: number, inputs: Vectors, into: Vectors, at: number): void {
  const { length, count } = inputs;
  const vectors = Array.from({ length: count }, (_, t) => vectorAt(inputs, t));
  for (let row = 0; row < rows; row++) {
    const numbers = weights.subarray(row * length, (row + 1) * length);
    for (let t = 0; t < count; t++) into.values[t * into.length + at + row] = product(numbers, vectors[t]!);
  }
}

/** Both arrays have the same length and begin at 0: engines are three times as fast with that as with an offset into a larger array. */
function product(row: Float32Array, vector: Float32Array): number {
  // Four sums at a time: a single sum would wait for each addition.
  let [a, b, c, d] = [0, 0, 0, 0];
  const { length } = row;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    a += (row[i] as number) * (vector[i] as number);
    b += (row[i + 1] as number) * (vector[i + 1] as number);
    c += (row[i + 2] as number) * (vector[i + 2] as number);
    d += (row[i + 3] as number) * (vector[i + 3] as number);
  }
  for (; i < length; i++) a += (row[i] as number) * (vector[i] as number);
  return a + b + (c + d);
}
