/**
 * Matrix products in WebAssembly: the calling side of formats/simd/matmul.ts. A few rows at a time are dequantized and multiplied while
 * they are still in the CPU cache.
 */

import { dequantizer } from '../formats/dequantize.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { type KernelProgram, type Kernels, kernelOf } from '../tensor-data/values/simd-kernels.js';

/** The part of the global WebAssembly object that is used here; Node's types leave it to the browser's. */
declare const WebAssembly: {
  Instance: new (module: KernelProgram) => { exports: unknown };
};

interface Exports {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  MEMORY_BASE: { readonly value: number };
  multiply(rows: number, count: number, length: number, vectors: number, vectorCount: number, into: number): void;
}

const PAGE_BYTES = 65_536;

/** Numbers that are multiplied at a time: 64 KiB as float32. */
const CHUNK_NUMBERS = 16 * 1024;

/** The module's memory layout for one matrix. */
export interface ProductRoom {
  /** The bytes of the rows go here. */
  bytes: Uint8Array;
  /** Products of the first `rows` rows in `bytes` with all vectors: all products of the first vector, then those of the next. */
  multiply(rows: number): Float32Array;
}

export class ProductKernels {
  private readonly exports: Exports & Kernels;

  constructor(program: KernelProgram) {
    this.exports = new WebAssembly.Instance(program).exports as ProductKernels['exports'];
  }

  /** Reserves room for `most` rows of a matrix and copies the vectors there. Valid until the next call. */
  room(matrix: ReadableData, vectors: Float32Array, most: number): ProductRoom {
    const { rowLength: length, rowBytes, type } = matrix;
    const count = vectors.length / length;
    const chunk = Math.min(most, Math.max(2, Math.floor(CHUNK_NUMBERS / length)));
    const sizes = [vectors.length, chunk * length, chunk * count, most * count].map((numbers) => numbers * 4);
    const [vectorsAt = 0, valuesAt = 0, chunkAt = 0, productsAt = 0, bytesAt = 0] = this.places([
      ...sizes,
      most * rowBytes,
    ]);
    const { buffer } = this.exports.memory;
    new Float32Array(buffer, vectorsAt, vectors.length).set(vectors);
    const bytes = new Uint8Array(buffer, bytesAt, most * rowBytes);
    const chunkProducts = new Float32Array(buffer, chunkAt, chunk * count);
    const products = new Float32Array(buffer, productsAt, most * count);
    const numbers = this.numbers(matrix, { bytes, bytesAt, valuesAt, most: chunk * length });
    return {
      bytes,
      multiply: (rows) => {
        for (let row = 0; row < rows; row += chunk) {
          const some = Math.min(chunk, rows - row);
          numbers(row * rowBytes, (some * length) / type.blockElements);
          this.exports.multiply(valuesAt, some, length, vectorsAt, count, chunkAt);
          for (let t = 0; t < count; t++)
            products.set(chunkProducts.subarray(t * some, (t + 1) * some), t * rows + row);
        }
        return products.subarray(0, rows * count);
      },
    };
  }

  /** Offsets of regions of these sizes after the module's static data. */
  private places(sizes: readonly number[]): number[] {
    const { memory, MEMORY_BASE } = this.exports;
    let end = Math.ceil(MEMORY_BASE.value / 64) * 64;
    const places = sizes.map((size) => {
      const at = end;
      end += Math.ceil(size / 64) * 64;
      return at;
    });
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return places;
  }

  /** Dequantizes blocks with a kernel of the module, or in plain TypeScript if it has no kernel for the format. */
  private numbers(
    { type, littleEndian }: ReadableData,
    { bytes, bytesAt, valuesAt, most }: { bytes: Uint8Array; bytesAt: number; valuesAt: number; most: number },
  ): (from: number, blocks: number) => void {
    const kernel = littleEndian ? kernelOf(this.exports, type) : undefined;
    if (kernel !== undefined) return (from, blocks) => kernel(bytesAt + from, blocks, valuesAt);
    const dequantize = dequantizer(type, littleEndian);
    const values = new Float32Array(this.exports.memory.buffer, valuesAt, most);
    return (from, blocks) => dequantize?.(bytes, from, blocks, values, 0);
  }
}
