/**
 * Q8_0, Q8_1 and Q8_K: a signed byte for each number. The last two hold activations while a product is computed; files should not contain
 * them. Their sums are not needed for dequantizing.
 *
 * | type | numbers | offset | bytes | field | number i |
 * | --- | --- | --- | --- | --- | --- |
 * | Q8_0 | 32 | 0 | 2 | d, half: the scale | d × q |
 * | | | 2 | 32 | q, 8 bits each, signed | |
 * | Q8_1 | 32 | 0 | 2 | d, half: the scale | d × q |
 * | | | 2 | 2 | s, half: d × the sum of all q | |
 * | | | 4 | 32 | q | |
 * | Q8_K | 256 | 0 | 4 | d, float32: the scale | d × q |
 * | | | 4 | 256 | q | |
 * | | | 260 | 32 | the sums of 16 q each, 16 bits, signed | |
 */

import { type BlockFormat, d, signedQuants } from './block-format.js';
import type { KernelMaker } from './byte-order.js';
import { signedBytes } from './unpack-quants.js';

const q8_0: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 34, at += 32) {
      scaled(bytes, from + 2, 32, half(bytes, from), into, at);
    }
  };

const q8_1: KernelMaker =
  ({ half }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 36, at += 32) {
      scaled(bytes, from + 4, 32, half(bytes, from), into, at);
    }
  };

const q8_k: KernelMaker =
  ({ float }) =>
  (bytes, from, blocks, into, at) => {
    for (let block = 0; block < blocks; block++, from += 292, at += 256) {
      scaled(bytes, from + 4, 256, float(bytes, from), into, at);
    }
  };

function scaled(bytes: Uint8Array, from: number, count: number, d: number, into: Float32Array, at: number): void {
  for (let i = 0; i < count; i++) into[at + i] = d * (((bytes[from + i] as number) << 24) >> 24);
}

export const Q8_0: BlockFormat = {
  dequantize: q8_0,
  fields: [d, signedQuants(32)],
  parts: { formula: 'd × q', of: (b, { half }) => ({ d: [half(b, 0)], q: signedBytes(b, 2, 32) }) },
};

export const Q8_1: BlockFormat = {
  dequantize: q8_1,
  fields: [d, { name: 'sum', unit: 'half', count: 1, meaning: 'scale times the sum of the quants' }, signedQuants(32)],
  parts: { formula: 'd × q', of: (b, { half }) => ({ d: [half(b, 0)], q: signedBytes(b, 4, 32) }) },
};

export const Q8_K: BlockFormat = {
  dequantize: q8_k,
  fields: [
    { ...d, unit: 'float' },
    signedQuants(256),
    { name: 'sums', unit: 'i16', count: 16, meaning: 'the sums of 16 quants each' },
  ],
  parts: { formula: 'd × q', of: (b, { float }) => ({ d: [float(b, 0)], q: signedBytes(b, 4, 256) }) },
};
