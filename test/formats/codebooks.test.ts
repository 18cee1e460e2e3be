/** The packed codebooks are those of ggml. */

import { describe, expect, it } from 'vitest';
import { type CodebookName, codebook, evenSigns } from '../../src/formats/codebooks.js';
import { FP4_VALUES } from '../../src/formats/fp4.js';
import { IQ4_VALUES } from '../../src/formats/iq4.js';
import { factsIn } from '../support/reference.js';

interface Table {
  values: readonly (number | string)[];
}

const NAMES: Readonly<Record<CodebookName, string>> = {
  IQ2_XXS: 'iq2xxs_grid',
  IQ2_XS: 'iq2xs_grid',
  IQ2_S: 'iq2s_grid',
  IQ3_XXS: 'iq3xxs_grid',
  IQ3_S: 'iq3s_grid',
  IQ1: 'iq1s_grid',
};

describe('codebooks', () => {
  const { tables } = factsIn<{ tables: Record<string, Table> }>('ggml-codebooks.json');

  it.each(Object.entries(NAMES))('%s is %s', (name, fact) => {
    const { values } = tables[fact]!;
    const numbers = fact.startsWith('iq3') ? 4 : 8;
    const expected = values.flatMap((value) =>
      Array.from({ length: numbers }, (_, i) => Number(BigInt.asIntN(8, BigInt(value) >> BigInt(8 * i)))),
    );
    expect(Array.from(codebook(name as CodebookName))).toEqual(expected);
  });

  it('have the small tables', () => {
    expect(Array.from(IQ4_VALUES)).toEqual(tables.kvalues_iq4nl!.values);
    expect(Array.from(FP4_VALUES)).toEqual(tables.kvalues_fp4!.values);
    expect(Array.from({ length: 128 }, (_, i) => evenSigns(i))).toEqual(tables.ksigns_iq2xs!.values);
  });
});

describe('signs', () => {
  it('are even in number', () => {
    const minuses = (bits: number) => bits.toString(2).replaceAll('0', '').length;
    expect(Array.from({ length: 128 }, (_, i) => minuses(evenSigns(i)) % 2)).toEqual(new Array(128).fill(0));
  });
});
