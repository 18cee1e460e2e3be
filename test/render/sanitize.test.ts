/** Characters that a terminal would act on, or that a reader would not see, do not get through. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printableDocument, printableLine, sanitize, sanitizeJson, styled } from '../../src/render/sanitize.js';
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
    // Characters that appear before numbers or join hieroglyphs, and variation selectors that make a letter a picture, are visible.
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

describe('printableLine', () => {
  const red = styled((text) => `\x1b[31m${text}\x1b[39m`);

  it('lets the styles of the program through, and no other escape sequence', () => {
    expect(printableLine(`\x1b[31mforged\x1b[0m ${red('own')} \x1b[2J`)).toBe(
      '\\u{1b}[31mforged\\u{1b}[0m \x1b[31mown\x1b[39m \\u{1b}[2J',
    );
    expect(printableLine(red(`of a file \x1b]0;title\x07 ${red('inside')}`))).toBe(
      '\x1b[31mof a file \\u{1b}]0;title\\u{7} \x1b[31minside\x1b[39m\x1b[39m',
    );
  });

  it('does not accept a style whose mark a file guesses', () => {
    for (const guess of ['\x1b[1;31m', '\x1b[1000;1000;1000;31m', '\x1b[;;;31m', '\x1b[']) {
      expect(printableLine(`${guess}x`)).toBe(`\\u{1b}${guess.slice(1)}x`);
    }
  });

  it('stays one line', () => {
    expect(printableLine('one\r\ntwo\n::error::three\ttab')).toBe('one\\r\\ntwo\\n::error::three\\ttab');
  });

  it.each([
    ['::error::x', '\\u{3a}:error::x'],
    ['  ::stop-commands::token', '  \\u{3a}:stop-commands::token'],
    ['a::b', 'a::b'],
    ['text ##[add-mask]x', 'text \\u{23}#[add-mask]x'],
    ['##vso[task.setvariable]', '\\u{23}#vso[task.setvariable]'],
    ['## heading', '## heading'],
  ])('is not a workflow command: %j', (line, printed) => {
    expect(printableLine(line)).toBe(printed);
  });

  it('takes time that is linear in the length of the line', () => {
    for (const part of ['#', ':', ' ', '##w', '\x1b[', '\x1b[1', '\u202e']) {
      const begun = performance.now();
      printableLine(`${part.repeat(200_000)}!`);
      printableDocument(`${part.repeat(200_000)}!`);
      expect(performance.now() - begun).toBeLessThan(2000);
    }
  });
});

describe('printableDocument', () => {
  it('keeps line breaks and tabs, and otherwise only what sanitize keeps', () => {
    expect(printableDocument('one\r\ntwo\n\tthree\rfour\x1b[2J\n ::error')).toBe(
      'one\r\ntwo\n\tthree\\rfour\\u{1b}[2J\n \\u{3a}:error',
    );
  });
});

describe('sanitizeJson', () => {
  it('means the same to a parser and holds nothing that a terminal acts on', () => {
    const texts = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.dictionary(texts, texts), (value) => {
        const json = sanitizeJson(JSON.stringify(value));
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(json).not.toMatch(/##\[/);
        expect(json).not.toMatch(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u);
      }),
    );
  });
});

describe('a workflow command in JSON', () => {
  it('is written in another way and means the same', () => {
    const json = sanitizeJson(JSON.stringify({ a: '##[error]x ###vso[y] ## z' }));
    expect(json).not.toMatch(/##\w*\[/);
    expect(JSON.parse(json)).toEqual({ a: '##[error]x ###vso[y] ## z' });
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
