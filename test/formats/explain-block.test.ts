/** A block explained: its parts and its formula give the numbers that the kernel computes. */

import { describe, expect, it } from 'vitest';
import { BLOCK_FORMATS } from '../../src/formats/block-formats.js';
import { type ExplainedBlock, explainBlock } from '../../src/formats/explain-block.js';
import { tensorTypeByName } from '../../src/formats/tensor-types.js';
import { GOLDEN_BLOCKS } from '../support/golden.js';

function blockOf(name: string): Uint8Array {
  const { blockBytes } = tensorTypeByName(name)!;
  const known = GOLDEN_BLOCKS.find(({ type }) => type === name)?.blocks.slice(0, blockBytes);
  return known ?? Uint8Array.from({ length: blockBytes }, (_, i) => (i * 37 + 11) % 60);
}

/** Evaluates a formula with the parts of one number. */
function computed({ formula, parts }: ExplainedBlock, index: number): number {
  const names = parts.map(({ name }) => name);
  const values = parts.map(({ values: list, each }) => list[Math.floor(index / each)]);
  return new Function(...names, `return ${formula?.replaceAll('×', '*').replaceAll('−', '-')}`)(...values);
}

describe('a block explained', () => {
  it.each(Object.keys(BLOCK_FORMATS))('of %s', (name) => {
    const type = tensorTypeByName(name)!;
    const bytes = blockOf(name);
    const before = Uint8Array.from(bytes);
    const block = explainBlock(type, bytes, true)!;
    expect(bytes).toEqual(before);
    expect(block.fields.flatMap((field) => Array.from(field.bytes))).toEqual(Array.from(bytes));
    expect(block.values).toHaveLength(type.blockElements);
    if (type.blockElements === 1) {
      expect([block.formula, block.examples, block.fields.length]).toEqual([null, [], 1]);
      expect(Math.fround(Number(block.fields[0]!.values[0]))).toBe(block.values[0]);
      return;
    }
    const largest = Math.max(...block.values.map(Math.abs));
    for (let i = 0; i < type.blockElements; i++) {
      expect(Math.abs(computed(block, i) - (block.values[i] as number))).toBeLessThanOrEqual(1e-6 * largest);
    }
    expect(block.examples.map(({ index }) => index)).toEqual([0, 1, 2, type.blockElements - 1]);
  });

  it('shows how a number is computed', () => {
    const bytes = new Uint8Array(18);
    bytes.set([0x00, 0xb8, 0x1f]); // d = -0.5, quants 15 and, at position 16, 1
    const block = explainBlock(tensorTypeByName('Q4_0')!, bytes, true)!;
    expect(block.fields).toMatchObject([
      { name: 'd', offset: 0, values: [-0.5] },
      { name: 'q', offset: 2 },
    ]);
    expect(block.formula).toBe('d × (q − 8)');
    expect(block.examples[0]).toEqual({ index: 0, computation: '−0.5 × (15 − 8)', value: -3.5 });
    expect(block.parts.map(({ name, each }) => [name, each])).toEqual([
      ['d', 32],
      ['q', 1],
    ]);
    expect(block.values[16]).toBe(3.5);
  });

  it('needs a whole block and a known format', () => {
    expect(explainBlock(tensorTypeByName('Q4_0')!, new Uint8Array(17), true)).toBeUndefined();
    expect(explainBlock(tensorTypeByName('IQ4_KS')!, new Uint8Array(1000), true)).toBeUndefined();
  });
});
