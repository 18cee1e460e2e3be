/** Byte pairs: the order of merges, the rules for words of every name, and bytes that are not pieces. */

import { describe, expect, it } from 'vitest';
import { PRE_TOKENIZERS } from '../../src/model/tokenizers.js';
import { BYTE_CHARACTERS, toByteCharacters } from '../../src/tokenizer/byte-characters.js';
import { wordCutter } from '../../src/tokenizer/cut-words.js';
import { preTokenizerOf } from '../../src/tokenizer/pre-tokenizers.js';
import { piecesOf, tokenizerOf } from './vocabularies.js';

const cut = (name: string, text: string) => wordCutter(preTokenizerOf(name)?.cuts ?? [])(text);

describe('words', () => {
  it.each([
    ['gpt-2', "Hello  we've 123é!?\n x", ['Hello', ' ', ' we', "'ve", ' 123', 'é', '!?', '\n', ' x']],
    ['llama-bpe', "I'LL pay 12345\r\n\n  ok…", ['I', "'LL", ' pay', ' ', '123', '45', '\r\n\n', ' ', ' ok', '…']],
    ['qwen2', 'a1234', ['a', '1', '2', '3', '4']],
    ['qwen35', 'हिन्दी 1', ['हिन्दी', ' ', '1']],
    ['deepseek-v3', 'if(x1234)中文ok', ['if', '(x', '123', '4', ')', '中文', 'ok']],
    ['deepseek-v3', 'a ~!b $~ ~c', ['a', ' ~!', 'b', ' $~', ' ~', 'c']],
    ['deepseek-llm', 'Ab cd. 中文12\n ', ['Ab', ' cd', '.', ' ', '中文', '12', '\n', ' ']],
    ['falcon', 'a+b=12345', ['a', '+', 'b', '=', '123', '45']],
    ['starcoder', 'x 12', ['x', ' ', '1', '2']],
    ['gpt-4o', "HelloWorld's CAFÉs", ['Hello', "World's", ' CAFÉs']],
    ['tekken', "HelloWorld's", ['Hello', 'World', "'s"]],
    ['kimi-k2', 'ab中文cd12', ['ab', '中文', 'cd', '12']],
    ['superbpe', 'by 1234567 all', ['by ', '1', '234', '567', ' all']],
    ['afmoe', 'n 1234567', ['n', ' ', '1', '234', '567']],
    ['bloom', 'so, it is', ['so', ',', ' it', ' is']],
    ['chameleon', 'a\n12', ['a', '\n', '1', '2']],
    ['gemma4', 'a b\n\nc', ['a b', '\n\n', 'c']],
    ['', 'a\u00a0b $5', ['a', '\u00a0', 'b', ' ', '$', '5']],
  ])('of %s', (name, text, words) => {
    expect(cut(name, text)).toEqual(words);
  });

  it('add up to the text, for every name that llama.cpp knows', () => {
    const text = "Ünï 漢字 I'm 12345 😀\u{1d400}\u0301 ️\u0000\r\n\t\u00a0\u3000..\u{10400}end  ";
    for (const name of PRE_TOKENIZERS) expect(cut(name, text).join(''), name).toBe(text);
  });

  it('are found in time that is linear in the text, on long runs too', () => {
    // Many names have the same rules.
    const names = new Map([...PRE_TOKENIZERS].map((name) => [preTokenizerOf(name), name])).values();
    for (const name of names) {
      for (const one of [' ', '\n', 'a', 'A', '1', '!', '\u0301', 'é', '中']) {
        const text = one.repeat(20_000);
        expect(cut(name, text).join('').length, name).toBe(text.length);
      }
    }
  });
});

const LETTERS = ['a', 'b', 'c', 'd'];

describe('merges', () => {
  const description = {
    model: 'gpt2',
    pre: 'gpt-2',
    tokens: [...BYTE_CHARACTERS, 'ab', 'abc', 'bc', 'Ġab', 'cc'],
    merges: ['b c', 'a b', 'Ġ ab', 'ab c', 'b c', 'c c'],
  };

  it.each([
    ['', []],
    ['abc', ['a', 'bc']],
    ['ab abab', ['ab', 'Ġab', 'ab']],
    // Of equal pairs, the left one first.
    ['ccc', ['cc', 'c']],
    ['é', ['Ã', '©']],
    ['\ud800', ['ï', '¿', '½']],
  ])('of %j', async (text, pieces) => {
    expect(piecesOf(await tokenizerOf(description), text)).toEqual(pieces);
  });

  it('are those of a plain search for the best pair', async () => {
    let seed = 7;
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor(seed / 65_536) % below;
    };
    const pieces = [...LETTERS];
    const merges: string[] = [];
    while (pieces.length < 40) {
      const pair = [pieces[next(pieces.length)] as string, pieces[next(pieces.length)] as string];
      if (pieces.includes(pair.join(''))) continue;
      pieces.push(pair.join(''));
      merges.push(pair.join(' '));
    }
    const tokenizer = await tokenizerOf({ model: 'gpt2', pre: 'gpt-2', tokens: pieces, merges });
    for (let i = 0; i < 300; i++) {
      const text = Array.from({ length: 1 + next(30) }, () => LETTERS[next(4)]).join('');
      expect(piecesOf(tokenizer, text), text).toEqual(plainMerging(text, merges));
    }
  });

  it('are skipped for whole pieces where the tokenizer does so', async () => {
    expect(piecesOf(await tokenizerOf({ ...description, pre: 'llama-bpe' }), 'abc')).toEqual(['abc']);
  });

  it('leave out bytes that the vocabulary lacks', async () => {
    const tokenizer = await tokenizerOf({ model: 'gpt2', pre: 'gpt-2', tokens: ['a'], merges: [] });
    expect(piecesOf(tokenizer, 'aéza')).toEqual(['a', 'a']);
  });

  it('work on text in the vocabularies after Gemma 4', async () => {
    const tokens = ['a', '▁', '▁a', '\n', '\n\n', '<0xC3>', '<0xA9>'];
    const tokenizer = await tokenizerOf({ model: 'gemma4', tokens, merges: ['▁ a'] });
    expect(piecesOf(tokenizer, 'a a\n\né')).toEqual(['a', '▁a', '\n\n', '<0xC3>', '<0xA9>']);
  });
});

describe('pieces', () => {
  it('are shown as the text of their bytes, and as names where the bytes are not text', async () => {
    const tokens = [toByteCharacters(' naïve'), toByteCharacters('é').slice(0, 1), '\u0000', ['<|é|>', 4] as const];
    const tokenizer = await tokenizerOf({ model: 'gpt2', pre: 'gpt-2', tokens, merges: [] });
    expect([0, 1, 2, 3, 4].map((id) => tokenizer.pieceText(id))).toEqual([
      ' naïve',
      '<0xC3>',
      '\u0000',
      '<|é|>',
      undefined,
    ]);
    expect(tokenizer.idOf('<|é|>')).toBe(3);
    expect(tokenizer.idOf('nothing')).toBeUndefined();
  });
});

/** Finds the first applicable merge, applies it at the leftmost position, and starts again. */
function plainMerging(text: string, merges: readonly string[]): string[] {
  const parts = [...text];
  for (;;) {
    const pairs = parts.slice(1).map((part, i) => merges.indexOf(`${parts[i]} ${part}`));
    const ranks = pairs.filter((rank) => rank >= 0);
    if (ranks.length === 0) return parts;
    const at = pairs.indexOf(Math.min(...ranks));
    parts.splice(at, 2, `${parts[at]}${parts[at + 1]}`);
  }
}
