/** Merging by score, bytes for text that no piece covers, and the space in front. */

import { describe, expect, it } from 'vitest';
import { MAX_TEXT_LENGTH } from '../../src/tokenizer/tokenizer.js';
import { piecesOf, tokenizerOf, type VocabularyDescription } from './vocabularies.js';

const BYTES = Array.from({ length: 256 }, (_, byte): [string, number] => [
  `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  6,
]);
const SCORED: Readonly<Record<string, number>> = {
  '▁': -10,
  a: -11,
  b: -12,
  c: -13,
  ab: -2,
  bc: -1,
  abc: -5,
  '▁a': -3,
  aa: -4,
  aaaa: -6,
  '▁▁': -7,
  é: -8,
};

function vocabulary(more: Partial<VocabularyDescription> = {}): VocabularyDescription {
  const special: [string, number][] = [
    ['<unk>', 2],
    ['<s>', 3],
    ['</s>', 3],
  ];
  return {
    model: 'llama',
    tokens: [...special, ...BYTES, ...Object.keys(SCORED)],
    scores: [...special, ...BYTES].map(() => 0).concat(Object.values(SCORED)),
    ...more,
  };
}

describe('SentencePiece', () => {
  it.each([
    ['', []],
    ['b', ['▁', 'b']],
    // The best score first, wherever it is.
    ['abc', ['▁a', 'bc']],
    // Of equal scores the left one first.
    ['baaa', ['▁', 'b', 'aa', 'a']],
    ['baaaa', ['▁', 'b', 'aaaa']],
    ['  b', ['▁▁', '▁', 'b']],
    ['é', ['▁', 'é']],
    ['z', ['▁', '<0x7A>']],
    ['😀', ['▁', '<0xF0>', '<0x9F>', '<0x98>', '<0x80>']],
    ['\n', ['▁', '<0x0A>']],
    ['\ud800', ['▁', '<0xEF>', '<0xBF>', '<0xBD>']],
    // A control token in a text is treated as text.
    ['<s>', ['▁', '<0x3C>', '<0x73>', '<0x3E>']],
  ])('splits %j', async (text, pieces) => {
    expect(piecesOf(await tokenizerOf(vocabulary()), text)).toEqual(pieces);
  });

  it('puts no space in front where the file says so', async () => {
    const more = [{ key: 'tokenizer.ggml.add_space_prefix', type: 'bool', value: false } as const];
    expect(piecesOf(await tokenizerOf(vocabulary({ more })), 'abc b')).toEqual(['abc', '▁', 'b']);
  });

  it('is the same in all versions and byte orders', async () => {
    for (const file of [{ version: 1 }, { version: 2 }, { littleEndian: false }]) {
      expect(piecesOf(await tokenizerOf(vocabulary({ file })), 'abc b')).toEqual(['▁a', 'bc', '▁', 'b']);
    }
  });

  it('gives the text back', async () => {
    const tokenizer = await tokenizerOf(vocabulary());
    for (const text of ['abc', ' a  b', 'é😀\n', '']) {
      expect(tokenizer.decode(tokenizer.encode(text).map(({ id }) => id))).toBe(text);
    }
  });

  it('handles a long run, and refuses text that is too long', async () => {
    const tokenizer = await tokenizerOf(vocabulary());
    expect(tokenizer.encode('a'.repeat(100_001))).toHaveLength(1 + 25_000);
    expect(() => tokenizer.encode('a'.repeat(MAX_TEXT_LENGTH + 1))).toThrow(/are tokenized/);
  });

  it('writes bytes as unknown where the vocabulary has no tokens for them', async () => {
    const tokenizer = await tokenizerOf({ model: 'llama', tokens: [['<unk>', 2], '▁'], scores: [0, 0] });
    expect(piecesOf(tokenizer, 'é')).toEqual(['▁', '<unk>', '<unk>']);
  });
});
