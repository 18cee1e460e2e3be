/** Nothing that a terminal would obey, or that a reader would not see, gets through. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitize, sanitizeBlock, sanitizeJson } from '../../src/render/sanitize.js';
import { shellWord } from '../../src/render/text/shell-word.js';

describe('sanitize', () => {
  it.each([
    ['plain text', 'plain text'],
    ['größer 模型 ▁the 🙂', 'größer 模型 ▁the 🙂'],
    ['a family 👨‍👩‍👧', 'a family 👨\\u{200d}👩\\u{200d}👧'],
    ['\x1b[31mred', '\\u{1b}[31mred'],
    ['\x9b31mred', '\\u{9b}31mred'],
    ['\x07\x08\x7f\0', '\\u{7}\\u{8}\\u{7f}\\u{0}'],
    ['one\ntwo\r\n\tthree', 'one\\ntwo\\r\\n\\tthree'],
    ['safe\u202etxt.exe', 'safe\\u{202e}txt.exe'],
    ['a\u200bb\ufeffc\u2060d\u00ade', 'a\\u{200b}b\\u{feff}c\\u{2060}d\\u{ad}e'],
    ['\u2028\u2029\u0085', '\\u{2028}\\u{2029}\\u{85}'],
    ['lone \ud800 surrogate', 'lone \\u{d800} surrogate'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
  ])('%j becomes %s', (text, harmless) => {
    expect(sanitize(text)).toBe(harmless);
  });

  it('lets no control, format, separator or invisible character of Unicode through', () => {
    // Signs of scripts that stand before numbers or join hieroglyphs, and what tells a picture from a letter: these are seen.
    const seen = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}\u{13430}-\u{1343f}]|[\ufe00-\ufe0f]/u;
    const through: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u.test(character) || seen.test(character))
        continue;
      if (sanitize(character) === character) through.push(code.toString(16));
    }
    expect(through).toEqual([]);
  });
});

describe('sanitizeBlock', () => {
  it('keeps lines and tabs, and nothing else that sanitize would not', () => {
    expect(sanitizeBlock('one\r\ntwo\n\tthree\rfour\x1b[2J')).toBe('one\ntwo\n\tthree\\rfour\\u{1b}[2J');
  });
});

describe('sanitizeJson', () => {
  it('means the same to a parser and holds nothing that a terminal obeys', () => {
    const texts = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.dictionary(texts, texts), (value) => {
        const json = sanitizeJson(JSON.stringify(value));
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(json).not.toMatch(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u);
      }),
    );
  });
});

describe('shellWord', () => {
  it.each([
    ['model.gguf', 'model.gguf'],
    ['../models/a-b_c.gguf', '../models/a-b_c.gguf'],
    ['my model.gguf', "'my model.gguf'"],
    ["it's.gguf", "'it'\\''s.gguf'"],
    ['$(rm).gguf', "'$(rm).gguf'"],
    ['a;b&c|d', "'a;b&c|d'"],
    ['blk.{0..1}.attn_q.weight', "'blk.{0..1}.attn_q.weight'"],
    ['*', "'*'"],
    ['', "''"],
  ])('%s is %s', (word, quoted) => {
    expect(shellWord(word)).toBe(quoted);
  });
});
