/** Every type gives ggml's own numbers, bit for bit. */

import { describe, expect, it } from 'vitest';
import { BLOCK_FORMATS } from '../../src/formats/block-formats.js';
import { dequantizer } from '../../src/formats/dequantize.js';
import { tensorTypeByName } from '../../src/formats/tensor-types.js';
import { GOLDEN_BLOCKS, type GoldenBlocks } from '../support/golden.js';
import { pagesText } from '../support/reference.js';

function bitsOf({ type: name, blocks }: GoldenBlocks): Uint32Array {
  const type = tensorTypeByName(name)!;
  const count = blocks.length / type.blockBytes;
  // Not from the start, so that an ignored offset would be noticed.
  const bytes = new Uint8Array(blocks.length + 3);
  bytes.set(blocks, 3);
  const values = new Float32Array(count * type.blockElements + 1);
  dequantizer(type, true)!(bytes, 3, count, values, 1);
  return new Uint32Array(values.buffer).slice(1);
}

describe('blocks of each type', () => {
  it('are of 27 types', () => {
    expect(GOLDEN_BLOCKS).toHaveLength(27);
    expect(pagesText()).toContain(`In the ${GOLDEN_BLOCKS.length} types that were compared`);
    expect(pagesText()).toContain(`all ${Object.keys(BLOCK_FORMATS).length} types of llama.cpp`);
  });

  it.each(GOLDEN_BLOCKS)('$type gives the bits of ggml', (golden) => {
    expect(golden.bits.length).toBeGreaterThanOrEqual(2048);
    expect(bitsOf(golden)).toEqual(golden.bits);
  });
});
