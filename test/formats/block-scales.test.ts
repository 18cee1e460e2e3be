/** Blocks with unusable scales are counted. */

import { describe, expect, it } from 'vitest';
import { UNIT_BYTES } from '../../src/formats/block-format.js';
import { blockFormat } from '../../src/formats/block-formats.js';
import { scaleCounter } from '../../src/formats/block-scales.js';
import { tensorTypeByName } from '../../src/formats/tensor-types.js';

/** One, zero, minus zero, infinity, NaN. */
const HALVES = [0x3c00, 0x0000, 0x8000, 0xfc00, 0x7e00];

function countHalves(name: string, field: string, littleEndian: boolean) {
  const type = tensorTypeByName(name)!;
  const bytes = new Uint8Array(type.blockBytes * HALVES.length).fill(1);
  const view = new DataView(bytes.buffer);
  for (const [block, half] of HALVES.entries()) {
    let at = block * type.blockBytes;
    for (const { name: own, unit, count, role } of blockFormat(type)!.fields) {
      if (role !== undefined) view.setUint16(at, own === field ? half : 0x3c00, littleEndian);
      at += count * UNIT_BYTES[unit];
    }
  }
  const counts = { zero: 0, nan: 0, infinite: 0 };
  scaleCounter(type, littleEndian)!(bytes, 0, HALVES.length, counts);
  return counts;
}

describe('degenerate scales', () => {
  it.each(['Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0', 'Q8_1', 'Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K', 'IQ4_NL', 'TQ2_0'])(
    '%s',
    (name) => {
      expect(countHalves(name, 'd', true)).toEqual({ zero: 2, nan: 1, infinite: 1 });
      expect(countHalves(name, 'd', false)).toEqual({ zero: 2, nan: 1, infinite: 1 });
    },
  );

  it('a minimum of 0 is ordinary, but NaN counts', () => {
    expect(countHalves('Q4_K', 'dmin', true)).toEqual({ zero: 0, nan: 1, infinite: 1 });
  });

  it('IQ1_M, whose scale is stored in four pieces', () => {
    const bytes = new Uint8Array(3 * 56).fill(0x0f);
    for (const [block, half] of [0x7e00, 0x0000, 0x3c00].entries()) {
      for (let word = 0; word < 4; word++) bytes[block * 56 + 49 + 2 * word] = ((half >> (4 * word)) & 15) << 4;
    }
    const counts = { zero: 0, nan: 0, infinite: 0 };
    scaleCounter(tensorTypeByName('IQ1_M')!, true)!(bytes, 0, 3, counts);
    expect(counts).toEqual({ zero: 1, nan: 1, infinite: 0 });
  });

  it('codes that mean NaN in formats of 8 bits', () => {
    const counts = { zero: 0, nan: 0, infinite: 0 };
    scaleCounter(tensorTypeByName('MXFP4')!, true)!(new Uint8Array(34).fill(255, 17, 18), 0, 2, counts);
    scaleCounter(tensorTypeByName('NVFP4')!, true)!(new Uint8Array(72).fill(127, 2, 3), 0, 2, counts);
    expect(counts).toEqual({ zero: 1, nan: 2, infinite: 0 });
  });

  it('plain numbers have none', () => {
    expect(scaleCounter(tensorTypeByName('F16')!, true)).toBeUndefined();
  });
});
