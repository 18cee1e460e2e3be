/** In a big-endian file, fields of a block that are wider than a byte are swapped; the values are the same. */

import { describe, expect, it } from 'vitest';
import { UNIT_BYTES } from '../../src/formats/block-format.js';
import { BLOCK_FORMATS, blockFormat } from '../../src/formats/block-formats.js';
import { dequantizer } from '../../src/formats/dequantize.js';
import { tensorTypeByName } from '../../src/formats/tensor-types.js';
import { GOLDEN_BLOCKS } from '../support/golden.js';

const fieldsOf = (name: string) => blockFormat(tensorTypeByName(name)!)!.fields;

/** The blocks with the bytes of every item of every field reversed. */
function swapped(name: string, blocks: Uint8Array): Uint8Array {
  const turned = new Uint8Array(blocks.length);
  let at = 0;
  while (at < blocks.length) {
    for (const { unit, count } of fieldsOf(name)) {
      const width = UNIT_BYTES[unit];
      for (let i = 0; i < count; i++, at += width) {
        turned.set(blocks.slice(at, at + width).reverse(), at);
      }
    }
  }
  return turned;
}

function valuesOf(name: string, blocks: Uint8Array, littleEndian: boolean): Float32Array {
  const type = tensorTypeByName(name)!;
  const count = blocks.length / type.blockBytes;
  const values = new Float32Array(count * type.blockElements);
  dequantizer(type, littleEndian)!(blocks, 0, count, values, 0);
  return values;
}

describe('blocks of a big-endian file', () => {
  it.each(Object.keys(BLOCK_FORMATS))('%s', (name) => {
    const blocks =
      GOLDEN_BLOCKS.find(({ type }) => type === name)?.blocks ??
      Uint8Array.from({ length: 2 * tensorTypeByName(name)!.blockBytes }, (_, i) => (i * 37 + 11) % 127);
    const expected = valuesOf(name, blocks, true);
    expect(expected.some((value) => value !== 0)).toBe(true);
    expect(valuesOf(name, swapped(name, blocks), false)).toEqual(expected);
  });

  it('of the formats that gguf-py converts differ only in their swapped halves', () => {
    const wide = (name: string) =>
      fieldsOf(name)
        .filter(({ unit }) => UNIT_BYTES[unit] > 1)
        .map(({ name }) => name);
    expect(['Q4_0', 'Q8_0', 'Q4_K', 'Q6_K', 'MXFP4'].map(wide)).toEqual([['d'], ['d'], ['d', 'dmin'], ['d'], []]);
  });
});
