/**
 * The predictions of a model after each layer, one product with its numbers, and where heads attend: each compared with another way to
 * compute it.
 */

import { describe, expect, it } from 'vitest';
import type { HeadsState } from '../../src/inference/attention-weights.js';
import type { TracedModel } from '../../src/inference/computed-model.js';
import { guessedLayers, noGuesses } from '../../src/inference/guesses.js';
import { attention, flow } from '../../src/library/data-functions.js';
import { headPatterns } from '../../src/report/head-patterns.js';
import { writeGguf } from '../support/gguf-writer.js';
import { SIZES, TINY_ARCHITECTURES, tinyModel } from './tiny-model.js';

const TOKENS = [3, 1, 4, 1, 5];
const modelOf = (architecture: string, layers: number) => writeGguf(tinyModel(architecture, { ...SIZES, layers }));

describe.each(TINY_ARCHITECTURES)('the guesses of %s', (architecture) => {
  it('are the predictions of the same model with fewer layers', async () => {
    const deep = await flow(modelOf(architecture, 3), { tokens: TOKENS, every: 1 });
    expect(deep.guesses?.map(({ layer }) => layer)).toEqual([null, 0, 1, 2]);
    for (const layers of [1, 2, 3]) {
      const { next } = await flow(modelOf(architecture, layers), { tokens: TOKENS });
      const guess = deep.guesses?.[layers];
      expect(guess?.id, `after ${layers}`).toBe(next[0]?.id);
      expect(guess?.probability).toBeCloseTo(next[0]?.probability as number, 5);
    }
    const last = deep.guesses?.at(-1);
    expect(last?.answerProbability).toBe(last?.probability);
    expect(deep.guesses?.every(({ probability, answerProbability: own }) => (own ?? 1) <= (probability ?? 0))).toBe(
      true,
    );
  });
});

const model = (numbers: object, output: string | null = 'output.weight') =>
  ({
    output,
    numbers: { streams: 1, cycles: null, forward: { output: {} }, view: () => ({}), ...numbers },
  }) as unknown as TracedModel;

describe('guesses', () => {
  it('are about sixteen by default, at equal distances, counted from the end', () => {
    expect(guessedLayers(model({ layers: 2 }), undefined)).toEqual([0]);
    expect(guessedLayers(model({ layers: 32 }), undefined)).toEqual(Array.from({ length: 15 }, (_, i) => 2 * i + 1));
    expect(guessedLayers(model({ layers: 80 }), undefined)).toHaveLength(15);
    expect(guessedLayers(model({ layers: 80 }), 1)).toHaveLength(79);
    expect(guessedLayers(model({ layers: 7 }), 3)).toEqual([0, 3]);
    expect(guessedLayers(model({ layers: 7 }), 50)).toEqual([]);
  });

  it('are left out, with the reason, where the output cannot read the vectors between layers', () => {
    expect(noGuesses(model({}))).toBeNull();
    expect(noGuesses(model({}, null))).toBe('no-prediction');
    expect(noGuesses(model({ streams: 4 }))).toBe('several-streams');
    expect(noGuesses(model({ forward: { output: {}, altUp: {} } }))).toBe('carried-vectors');
    expect(noGuesses(model({ cycles: {} }))).toBe('carried-vectors');
    expect(noGuesses(model({ forward: { output: { mixesWith: 'output_res' } } }))).toBe('mixed-at-the-end');
  });
});

describe('one product', () => {
  it.each(TINY_ARCHITECTURES)('of %s adds up, and is the value that the model uses', async (architecture) => {
    const bytes = modelOf(architecture, 2);
    const { lens } = await flow(bytes, { tokens: [7], lens: true });
    if (lens == null) throw new Error('there is a product');
    const shown = lens.terms.reduce((sum, { product }) => sum + (product as number), 0);
    expect(shown + (lens.rest as number)).toBeCloseTo(lens.sum as number, 5);
    for (const { x, weight, product } of lens.terms)
      expect((x as number) * (weight as number)).toBeCloseTo(product as number, 6);
    expect((lens.sum as number) * (lens.factor ?? 1) + (lens.bias ?? 0)).toBeCloseTo(lens.result as number, 5);
    expect(lens.result).toBeCloseTo(lens.output[0] as number, 5);
    // The first position is not rotated; a norm after the product would change it.
    const { figure } = await attention(bytes, { tokens: [7], layer: 0 });
    expect(lens.terms.slice(0, 4).map(({ x }) => x)).toEqual(figure?.input.first[0]);
    if (!/^(qwen3|gemma3|stablelm)/.test(architecture)) expect(lens.output.slice(0, 4)).toEqual(figure?.query.first[0]);
    const stored = tinyModel(architecture).tensors.find(({ name }) => name === lens.tensor)?.data as Uint8Array;
    const row = new Float32Array(stored.buffer, stored.byteOffset, 6);
    for (const [i, { weight }] of lens.terms.entries()) expect(weight).toBeCloseTo(row[i] as number, 6);
  });
});

describe('the attention of a head', () => {
  it('is on one token where one score is far above the others, and on all tokens where all scores are alike', () => {
    const count = 4;
    const vectors = (values: number[]) => ({ values: Float32Array.from(values), length: 1, count });
    const state = (keys: number[]) =>
      ({
        plan: {
          layer: 0,
          heads: { count: 1, countKv: 1, length: 1, valueLength: 1 },
          scale: 1,
          cap: null,
          slopes: null,
          sees: 'earlier',
          window: null,
        },
        query: vectors([1, 1, 1, 1]),
        key: vectors(keys),
        value: vectors([0, 0, 0, 0]),
        sinks: null,
      }) as unknown as HeadsState;
    const [even] = headPatterns(state([0, 0, 0, 0]));
    // Of the third and the fourth token: a third and a quarter.
    expect(even?.first).toBeCloseTo((1 / 3 + 1 / 4) / 2, 6);
    expect(even?.previous).toBeCloseTo((1 / 3 + 1 / 4) / 2, 6);
    expect(even?.spread).toBeCloseTo(3.5, 5);
    const [first] = headPatterns(state([50, 0, 0, 0]));
    expect(first?.first).toBeCloseTo(1, 6);
    expect(first?.spread).toBeCloseTo(1, 6);
    const [broken] = headPatterns(state([Number.NaN, 0, 0, 0]));
    expect(broken).toEqual({ first: null, previous: null, itself: null, spread: null });
  });
});

describe('a head for two prompts', () => {
  it('has the same weights, and for each prompt the attention that this prompt has by itself', async () => {
    const bytes = modelOf('llama', 2);
    const both = await attention(bytes, { tokens: TOKENS, with: [9, 8], layer: 1, head: 2 });
    const [one, other] = [
      await attention(bytes, { tokens: TOKENS, layer: 1, head: 2 }),
      await attention(bytes, { tokens: [9, 8], layer: 1, head: 2 }),
    ];
    expect(both.figure).toEqual(one.figure);
    expect(both.other?.figure).toEqual(other.figure);
    expect(both.other?.tokens).toEqual(other.tokens);
    const { embedding, heads, keyHeads, headLength } = SIZES;
    const layer = 4 * embedding * headLength * (2 * heads + 2 * keyHeads);
    expect(both.weights).toEqual({ layer, head: 4 * embedding * headLength * 4 });
  });
});
