/** Formats without golden data: plain numbers, the formats of activations, and special floats. */

import { describe, expect, it } from 'vitest';
import { dequantizer } from '../../src/formats/dequantize.js';
import { exactValues } from '../../src/formats/exact-values.js';
import { tensorTypeByName } from '../../src/formats/tensor-types.js';

function valuesOf(name: string, bytes: Uint8Array, littleEndian = true): number[] {
  const type = tensorTypeByName(name)!;
  const blocks = bytes.length / type.blockBytes;
  const values = new Float32Array(blocks * type.blockElements);
  dequantizer(type, littleEndian)!(bytes, 0, blocks, values, 0);
  return Array.from(values);
}

function bitsOf(name: string, words: readonly number[]): number[] {
  const values = new Float32Array(words.length);
  dequantizer(tensorTypeByName(name)!, true)!(bytesOf(Uint16Array.from(words)), 0, words.length, values, 0);
  return Array.from(new Uint32Array(values.buffer));
}

const bytesOf = (numbers: { buffer: ArrayBufferLike }) => new Uint8Array(numbers.buffer);

describe('integers', () => {
  it('are signed', () => {
    expect(valuesOf('I8', Uint8Array.of(0, 1, 127, 128, 255))).toEqual([0, 1, 127, -128, -1]);
    expect(valuesOf('I16', bytesOf(Int16Array.of(-32768, 32767, -1)))).toEqual([-32768, 32767, -1]);
    expect(valuesOf('I32', bytesOf(Int32Array.of(-(2 ** 31), 16_777_217, 5)))).toEqual([-(2 ** 31), 16_777_216, 5]);
    expect(valuesOf('I64', bytesOf(BigInt64Array.of(-1n, 2n ** 62n)))).toEqual([-1, 2 ** 62]);
  });

  it('of 64 bits become the nearest float32, not the nearest of the nearest double', () => {
    // Just above the midpoint between two floats: a double would round it to the midpoint, which then rounds to the even float below.
    const above = (1n << 62n) + (1n << 38n) + 1n;
    expect(valuesOf('I64', bytesOf(BigInt64Array.of(above, -above)))).toEqual([
      2 ** 62 + 2 ** 39,
      -(2 ** 62) - 2 ** 39,
    ]);
  });

  it('are exact on request', () => {
    const type = tensorTypeByName('I64')!;
    expect(exactValues(type, bytesOf(BigInt64Array.of(2n ** 60n + 1n)), true)).toEqual([2n ** 60n + 1n]);
    expect(exactValues(tensorTypeByName('I32')!, bytesOf(Int32Array.of(16_777_217)), true)).toEqual([16_777_217]);
    expect(exactValues(tensorTypeByName('F64')!, bytesOf(Float64Array.of(0.1)), true)).toEqual([0.1]);
    expect(exactValues(tensorTypeByName('F32')!, bytesOf(Float32Array.of(0.1)), true)).toEqual([Math.fround(0.1)]);
  });
});

describe('floats', () => {
  it('of 64 bits are rounded', () => {
    const doubles = Float64Array.of(0.1, 1e300, -0, Number.NaN);
    expect(valuesOf('F64', bytesOf(doubles))).toEqual([Math.fround(0.1), Number.POSITIVE_INFINITY, -0, Number.NaN]);
  });

  it('of 16 bits keep signs, subnormals, infinities, and the payload of a NaN', () => {
    const halves = [0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0x7bff, 0x7c00, 0xfc00, 0x7e01, 0x7c01];
    expect(bitsOf('F16', halves)).toEqual([
      ...[0, 0x80000000, 0x33800000, 0x387fc000, 0x38800000, 0x3f800000, 0x477fe000, 0x7f800000, 0xff800000],
      ...[0x7fc02000, 0x7fc02000],
    ]);
  });

  it('of 16 bits are right for every half', () => {
    const halves = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const values = valuesOf('F16', bytesOf(halves));
    for (const half of [1, 77, 0x3ff, 0x400, 0x1234, 0x3555, 0x7bff]) {
      const exponent = half >> 10;
      const fraction = half & 0x3ff;
      const value = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
      expect([values[half], values[half | 0x8000]]).toEqual([value, -value]);
    }
  });

  it('of BF16 are the upper half of a float32', () => {
    expect(bitsOf('BF16', [0x3f80, 0x8000, 0x7f81, 0xff80])).toEqual([0x3f800000, 0x80000000, 0x7f810000, 0xff800000]);
  });

  it('of 32 bits are unchanged, in either byte order', () => {
    const bytes = Uint8Array.of(0x7f, 0x81, 0x02, 0x03, 0x3f, 0x80, 0, 0);
    const values = new Float32Array(2);
    dequantizer(tensorTypeByName('F32')!, false)!(bytes, 0, 2, values, 0);
    expect(Array.from(new Uint32Array(values.buffer))).toEqual([0x7f810203, 0x3f800000]);
  });
});

describe('formats of activations', () => {
  it('Q8_1 is scale times quant; its sum is not used', () => {
    const block = new Uint8Array(36);
    block.set([0x00, 0x38, 0xff, 0x7b]); // d = 0.5
    block.set([1, 255, 128], 4);
    expect(valuesOf('Q8_1', block).slice(0, 4)).toEqual([0.5, -0.5, -64, 0]);
  });

  it('Q8_K has a scale of 32 bits', () => {
    const block = new Uint8Array(292);
    block.set(bytesOf(Float32Array.of(0.1)));
    block.set([1, 255, 127], 4);
    block[4 + 255] = 2;
    const values = valuesOf('Q8_K', block);
    expect(values.slice(0, 3)).toEqual([0.1, -0.1, Math.fround(0.1) * 127].map(Math.fround));
    expect(values[255]).toBe(Math.fround(Math.fround(0.1) * 2));
  });
});

describe('scales of 8 bits', () => {
  it('of MXFP4 go from 2^-127 to 2^128', () => {
    const value = (e: number) => {
      const block = new Uint8Array(17);
      block.set([e, 0x02]); // the first number is 1 times the scale
      return valuesOf('MXFP4', block)[0];
    };
    expect([0, 1, 2, 127, 254].map(value)).toEqual([0, 1, 2, 127, 254].map((e) => 2 ** (e - 127)));
    // ggml does not treat 255 as NaN.
    expect(value(255)).toBe(Number.POSITIVE_INFINITY);
  });

  it('of NVFP4 have no sign, and no NaN', () => {
    const block = new Uint8Array(36);
    block.set([0x38, 0x01, 0x7f, 0xb8]);
    for (let group = 0; group < 4; group++) block[4 + 8 * group] = 0x02;
    const values = valuesOf('NVFP4', block);
    expect([values[0], values[16], values[32], values[48]]).toEqual([1, 2 ** -9, 0, 1]);
  });
});
