/**
 * Convolutions over the tokens on both sides of each token, padded with zeros so that the output has the length of the input. llama.cpp
 * computes them with inputs and kernels in half precision, whatever the file's type (ggml_conv_1d); in full precision if the kernel is
 * BF16.
 */

import type { BlockSource } from '../io/block-source.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { toHalf } from './activation-quantization.js';
import { RowReader, rowsAtOnce } from './matmul.js';
import type { Projection } from './plan.js';
import { makeVectors, type Vectors } from './vectors.js';

interface Kernel {
  /** One row for each output channel. */
  matrix: ReadableData;
  taps: number;
}

/** Each output channel reads all input channels of the surrounding tokens. */
export async function convolve(
  source: BlockSource,
  { matrix, taps }: Required<Pick<Projection, 'matrix' | 'taps'>>,
  input: Vectors,
  into: Vectors,
): Promise<void> {
  const { around, weights } = inHalves(input, { matrix, taps });
  const { rowLength, rows } = matrix;
  const each = rowsAtOnce(matrix, rows);
  const reader = new RowReader(source, matrix, each);
  for (let first = 0; first < rows; first += each) {
    const count = Math.min(each, rows - first);
    const kernel = weights(await reader.read(first, count));
    for (let row = 0; row < count; row++) {
      for (let t = 0; t < input.count; t++) {
        let sum = 0;
        for (let i = 0; i < rowLength; i++) {
          sum += (kernel[row * rowLength + i] as number) * (around.values[t * rowLength + i] as number);
        }
        into.values[t * into.length + first + row] = sum;
      }
    }
  }
}

/** Each channel reads only itself in the surrounding tokens (depthwise). */
export async function convolveEach(source: BlockSource, kernel: Kernel, input: Vectors): Promise<Vectors> {
  const { matrix, taps } = kernel;
  const result = makeVectors(input.count, input.length);
  const { around, weights } = inHalves(input, kernel);
  const each = rowsAtOnce(matrix, matrix.rows);
  const reader = new RowReader(source, matrix, each);
  for (let first = 0; first < matrix.rows; first += each) {
    const own = weights(await reader.read(first, Math.min(each, matrix.rows - first)));
    for (let row = 0; row < own.length / taps; row++) {
      for (let t = 0; t < input.count; t++) {
        const from = t * around.length + (first + row) * taps;
        let sum = 0;
        for (let tap = 0; tap < taps; tap++)
          sum += (own[row * taps + tap] as number) * (around.values[from + tap] as number);
        result.values[t * result.length + first + row] = sum;
      }
    }
  }
  return result;
}

/** For each token the numbers that the kernel reads, channel by channel, and the function that rounds the kernel's numbers. */
function inHalves({ values, length, count }: Vectors, { matrix, taps }: Kernel) {
  const plain = matrix.type.name === 'BF16';
  const around = makeVectors(count, length * taps);
  const half = Math.floor(taps / 2);
  for (let t = 0; t < count; t++) {
    for (let tap = 0; tap < taps; tap++) {
      const token = t + tap - half;
      if (token < 0 || token >= count) continue;
      for (let channel = 0; channel < length; channel++) {
        const value = values[token * length + channel] as number;
        around.values[t * around.length + channel * taps + tap] = plain ? value : toHalf(value);
      }
    }
  }
  return { around, weights: (read: Float32Array) => (plain ? read : read.map(toHalf)) };
}
