/** The state that is carried from token to token, compared with the attention that it replaces. */

import { describe, expect, it } from 'vitest';
import { carryState } from '../../src/inference/linear-state.js';
import { halfLives, leftOf } from '../../src/inference/state-trace.js';

const TOKENS = 5;
const shape = { heads: 1, key: 2, value: 3 };
const vector = (token: number, length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed + 7 * token + 3 * i));

describe('a state that fades', () => {
  it('equals attention without softmax, with each token faded by its distance', () => {
    const keep = 0.75;
    const { read } = carryState(shape, TOKENS, (token) => ({
      keeps: keep,
      key: vector(token, 2, 1),
      value: vector(token, 3, 2),
      query: vector(token, 2, 3),
    }));
    for (let token = 0; token < TOKENS; token++) {
      for (let i = 0; i < 3; i++) {
        let sum = 0;
        for (let other = 0; other <= token; other++) {
          const [q, k] = [vector(token, 2, 3), vector(other, 2, 1)];
          const product = (q[0] as number) * (k[0] as number) + (q[1] as number) * (k[1] as number);
          sum += keep ** (token - other) * product * (vector(other, 3, 2)[i] as number);
        }
        expect(read.values[token * 3 + i]).toBeCloseTo(sum, 5);
      }
    }
  });

  it('returns the last value for a key that was replaced', () => {
    const key = Float32Array.of(0.6, 0.8);
    const { read } = carryState(shape, 2, (token) => ({
      keeps: 1,
      key,
      value: vector(token, 3, 2),
      query: key,
      corrects: { reads: key, along: key.map((one) => -one) },
    }));
    for (const [i, value] of vector(1, 3, 2).entries()) expect(read.values[3 + i]).toBeCloseTo(value, 6);
  });
});

describe('the remaining share of tokens', () => {
  const logs = { values: Float32Array.of(-1, -2, -1, -2, -1, -2), length: 2, count: 3 };

  it('is 1 for the last token, and decreases with every later fading for those before it', () => {
    const left = leftOf({ heads: 2, logs, rates: null });
    expect(left.map((own) => [...own].map((one) => Number(one.toFixed(6))))).toEqual([
      [Math.exp(-2), Math.exp(-4)].map((one) => Number(one.toFixed(6))),
      [Math.exp(-1), Math.exp(-2)].map((one) => Number(one.toFixed(6))),
      [1, 1],
    ]);
  });

  it('is half after a time that shows how fast a head forgets', () => {
    expect([...halfLives({ heads: 2, logs, rates: null })]).toEqual([Math.LN2, Math.LN2 / 2]);
    const still = { ...logs, values: new Float32Array(6) };
    expect([...halfLives({ heads: 2, logs: still, rates: null })]).toEqual([Infinity, Infinity]);
  });
});
