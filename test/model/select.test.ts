import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatcher, parseLayers } from '../../src/model/select.js';

describe('globMatcher', () => {
  it.each([
    ['output.weight', 'output.weight', true],
    ['output.weight', 'output_weight', false],
    ['*', '', true],
    ['*', 'anything.at.all', true],
    ['blk.*.attn_q.weight', 'blk.31.attn_q.weight', true],
    ['blk.*.attn_?.weight', 'blk.0.attn_k.weight', true],
    ['blk.*.attn_?.weight', 'blk.0.attn_output.weight', false],
    ['*norm*', 'blk.7.attn_norm.weight', true],
    ['blk.{}.ffn_up.weight', 'blk.12.ffn_up.weight', true],
    ['blk.{0..3}.ffn_up.weight', 'blk.3.ffn_up.weight', true],
    ['blk.{0..3}.ffn_up.weight', 'blk.4.ffn_up.weight', false],
    ['blk.{0..3,7}.ffn_*', 'blk.7.ffn_down.weight', true],
    ['blk.{0..3}.ffn_up.weight', 'blk.x.ffn_up.weight', false],
    ['blk.{3..0}.ffn_up.weight', 'blk.2.ffn_up.weight', false],
    ['a.b', 'a+b', false],
    ['(a|b)', 'a', false],
  ])('%s against %s: %s', (glob, name, expected) => {
    expect(globMatcher(glob)(name)).toBe(expected);
  });

  it('matches every name literally, unless it contains a glob', () => {
    const name = fc.string({ unit: 'binary' }).filter((text) => !/[*?{]/.test(text));
    fc.assert(
      fc.property(name, (text) => {
        expect(globMatcher(text)(text)).toBe(true);
      }),
    );
  });

  it('ends soon with a hostile name and a hostile glob', () => {
    expect(globMatcher(`${'*a'.repeat(200)}b`)('a'.repeat(5_000))).toBe(false);
  });
});

describe('parseLayers', () => {
  it.each([
    ['3', [[3, 3]]],
    ['0-7', [[0, 7]]],
    ['0..7', [[0, 7]]],
    [
      '0-3, 28-31',
      [
        [0, 3],
        [28, 31],
      ],
    ],
    ['', null],
    ['7-3', null],
    ['x', null],
    ['1-', null],
    ['99999999999999999999', null],
  ])('%j', (text, expected) => {
    expect(parseLayers(text)).toEqual(expected);
  });
});
