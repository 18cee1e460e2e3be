/**
 * The tensors of a file as the computation needs them: found by name, of the shape that is expected, in a format that has numbers,
 * and with their data in the file. A tensor that is not asked for may be missing or wrong: layer 0 needs no other layer.
 */

import { dequantizer } from '../formats/dequantize.js';
import { rowBytes, type TensorType } from '../formats/tensor-types.js';
import type { Tensor } from '../gguf/data-layout.js';
import type { GgufFile } from '../gguf/decode.js';
import { TraceError } from './inference-error.js';

/** Rows of numbers in a file, one behind the other. */
export interface StoredRows {
  name: string;
  type: TensorType;
  littleEndian: boolean;
  /** Numbers of a row: what goes in. */
  length: number;
  /** Rows: what comes out. */
  rows: number;
  bytesPerRow: number;
  /** Where the first row begins: among the bytes of all files, and in its own file, whose number of a split model is from 1. */
  position: number;
  shard: { number: number; offset: number };
}

/** Rows that a matrix may have: sixteen million, more than any vocabulary. */
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

  /** A matrix of `rows` rows of `length`; of any number of rows where none is given. Throws TraceError where there is no such. */
  matrix(name: string, length: number, rows?: number): StoredRows {
    return this.rowsOf(name, this.shaped(name, [length, rows]));
  }

  /** The matrices of experts: `experts` of them, one behind the other. */
  experts(name: string, length: number, rows: number, experts: number): StoredRows {
    return this.rowsOf(name, this.shaped(name, [length, rows, experts]));
  }

  /** A vector of `length` numbers, whatever its dimensions. */
  vector(name: string, length: number): StoredRows {
    const tensor = this.found(name);
    if (tensor.elements !== length) throw wrongShape(tensor, String(length));
    // As one row: vectors are stored in formats whose blocks are single numbers, or whole.
    return this.rowsOf(name, { ...tensor, dimensions: [length] });
  }

  vectorOrNull(name: string, length: number): StoredRows | null {
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

  private rowsOf(name: string, tensor: Tensor): StoredRows {
    const { type, dimensions, elements, fileOffset, bytes, shard } = tensor;
    const { littleEndian, size } = this.file;
    const length = dimensions[0] ?? 1;
    if (type === undefined || dequantizer(type, littleEndian) === undefined) {
      const what = type?.name ?? `with the unknown id ${tensor.typeId}`;
      throw new TraceError('no-float-form', `${name} is in a format, ${what}, that has no float form here`);
    }
    const rows = length === 0 ? 0 : elements / length;
    if (rows < 1 || rows > MOST_ROWS || length % type.blockElements !== 0) {
      throw new TraceError('wrong-shape', `${name} has ${rows} rows of ${length}, which cannot be computed with`);
    }
    if (size !== undefined && fileOffset + (bytes ?? 0) > size) {
      throw new TraceError('data-missing', `the file ends before the data of ${name} does`);
    }
    return {
      ...{ name, type, littleEndian, length, rows },
      bytesPerRow: rowBytes(type, length),
      position: fileOffset,
      shard: shard ?? { number: 1, offset: fileOffset },
    };
  }
}

/** The bytes of some rows; of all where none is given. */
export function bytesOf({ rows, bytesPerRow }: StoredRows, count = rows): number {
  return count * bytesPerRow;
}

function wrongShape({ name, dimensions }: Tensor, expected: string): TraceError {
  return new TraceError('wrong-shape', `${name} is ${dimensions.join(' × ') || '1'}, and ${expected} is needed`);
}
