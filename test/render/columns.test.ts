/** Text in columns: widths as a terminal shows them, which columns shrink when the line is too long, and where words break. */

import { describe, expect, it } from 'vitest';
import { bar } from '../../src/render/text/bar.js';
import { alignColumns, type Column, cut, cutApart, wrap } from '../../src/render/text/columns.js';
import { displayWidth } from '../../src/render/text/display-width.js';
import { formatRanges } from '../../src/render/text/shape-words.js';

const cells = (...texts: string[]) => texts.map((text) => ({ text }));
const LEFT: Column = { align: 'left' };
const RIGHT: Column = { align: 'right' };

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['32 → 64 × 2 …', 13],
    ['██▊', 3],
    ['模型', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['🙂', 2],
  ])('of %j is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('cut', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['abcdef', 1, '…'],
    ['模型模型', 8, '模型模型'],
    ['模型模型', 7, '模型模…'],
    ['模型模型', 6, '模型…'],
    ['🙂🙂🙂', 4, '🙂…'],
  ])('%s to %i columns is %s', (text, width, wanted) => {
    expect(cut(text, width)).toBe(wanted);
    expect(displayWidth(cut(text, width))).toBeLessThanOrEqual(width);
  });
});

describe('cutApart', () => {
  it('keeps different names different, and equal ones equal', () => {
    const names = ['blk.{0..1}.attn_norm.weight', 'blk.{0..1}.ffn_norm.weight', 'blk.{0..1}.attn_norm.weight', 'a'];
    const short = cutApart(names, 20);
    expect(short[0]).toBe('blk.{0..1…orm.weight');
    expect(new Set(short).size).toBe(3);
    expect(short[2]).toBe(short[0]);
    for (const text of short) expect(text.length).toBeLessThanOrEqual(20);
  });

  it('cuts words only at their end on request', () => {
    expect(cutApart(['Per-layer token embedding', 'Per-layer input projection'], 14, 1)).toEqual([
      'Per-layer tok…',
      'Per-layer inp…',
    ]);
  });
});

describe('wrap', () => {
  it.each([
    ['', 10, []],
    ['one two three', 13, ['one two three']],
    ['one two three', 12, ['one two', 'three']],
    ['one two three', 3, ['one', 'two', 'three']],
    ['a verylongword b', 5, ['a', 'verylongword', 'b']],
    ['模型 模型', 5, ['模型', '模型']],
  ])('%j at %i', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});

describe('alignColumns', () => {
  it('aligns left and right, two spaces between, no spaces at the end', () => {
    const rows = [cells('a', '1', 'x'), cells('long', '1000', '')];
    expect(alignColumns(rows, [LEFT, RIGHT, LEFT], 40)).toEqual(['a        1  x', 'long  1000']);
  });

  it('leaves empty columns out', () => {
    expect(alignColumns([cells('a', '', 'c'), cells('d', '', 'f')], [LEFT, LEFT, LEFT], 40)).toEqual(['a  c', 'd  f']);
  });

  it('counts columns of the terminal, not characters', () => {
    expect(alignColumns([cells('模型', 'x'), cells('ab', 'y')], [LEFT, LEFT], 40)).toEqual(['模型  x', 'ab    y']);
  });

  it('shortens the shrinkable columns from left to right, each down to its minimum', () => {
    const rows = [cells('abcdefghij', 'klmnopqrst', 'fixed')];
    const columns: Column[] = [{ align: 'left', shrinkTo: 5 }, { align: 'left', shrinkTo: 5 }, LEFT];
    expect(alignColumns(rows, columns, 29)).toEqual(['abcdefghij  klmnopqrst  fixed']);
    expect(alignColumns(rows, columns, 26)).toEqual(['abcdef…  klmnopqrst  fixed']);
    expect(alignColumns(rows, columns, 22)).toEqual(['abcd…  klmnopq…  fixed']);
    expect(alignColumns(rows, columns, 5)).toEqual(['abcd…  klmn…  fixed']);
  });

  it('styles a text after it is cut and padded', () => {
    const style = (text: string) => `<${text}>`;
    const rows = [
      [
        { text: 'ab', style },
        { text: '1', style },
      ],
      cells('abcd', '12'),
    ];
    expect(alignColumns(rows, [LEFT, RIGHT], 40)).toEqual(['<ab>     <1>', 'abcd  12']);
    expect(alignColumns([[{ text: 'abcdef', style }]], [{ align: 'left', shrinkTo: 3 }], 4)).toEqual(['<abc…>']);
  });
});

describe('bar', () => {
  it.each([
    [0, 4, ''],
    [1, 4, '████'],
    [0.5, 4, '██'],
    [0.53, 4, '██▏'],
    [0.99999, 4, '████'],
    [0.000001, 4, '▏'],
    [2, 4, '████'],
  ])('a share of %f in %i columns is "%s"', (share, width, wanted) => {
    expect(bar(share, width)).toBe(wanted);
  });
});

describe('formatRanges', () => {
  it.each([
    [[[3, 3]], 'layer 3'],
    [[[0, 31]], 'layers 0–31'],
    [
      [
        [0, 3],
        [7, 7],
        [9, 10],
      ],
      'layers 0–3, 7, 9–10',
    ],
  ] as [[number, number][], string][])('%j is "%s"', (ranges, words) => {
    expect(formatRanges(ranges)).toBe(words);
  });
});
