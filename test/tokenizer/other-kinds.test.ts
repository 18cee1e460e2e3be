/** WordPiece, unigram, RWKV, PLaMo 2, the variants of byte pairs, and vocabularies that cannot be used. */

import { describe, expect, it } from 'vitest';
import { TokenizerError } from '../../src/tokenizer/tokenizer-error.js';
import { list } from '../support/gguf-writer.js';
import { piecesOf, tokenizerOf, vocabularyOf } from './vocabularies.js';

const flag = (key: string, value: boolean) => ({ key: `tokenizer.ggml.${key}`, type: 'bool', value }) as const;
const id = (key: string, value: number) => ({ key: `tokenizer.ggml.${key}_token_id`, type: 'u32', value }) as const;

describe('WordPiece', () => {
  const tokens = ['[UNK]', '▁un', 'aff', 'able', '▁!', '▁中', '▁文', '▁resume', '▁R', '▁résumé', '▁$', '▁a'];
  const more = [id('unknown', 0)];

  it.each([
    ['Unaffable', ['▁un', 'aff', 'able']],
    ['unaffabl a', ['[UNK]', '▁a']],
    ['a!a中文', ['▁a', '▁!', '▁a', '▁中', '▁文']],
    ['  Résumé\t$\u200b\u0000 ', ['▁resume', '▁$']],
    ['RE\u0301SUME', ['▁resume']],
    ['', []],
    ['😀', ['[UNK]']],
  ])('splits %j', async (text, pieces) => {
    expect(piecesOf(await tokenizerOf({ model: 'bert', tokens, more }), text)).toEqual(pieces);
  });

  it('keeps capitals and accents where the file says so', async () => {
    const cased = [...more, flag('normalizer.lowercase', false)];
    const tokenizer = await tokenizerOf({ model: 'bert', tokens, more: cased });
    expect(piecesOf(tokenizer, 'résumé R')).toEqual(['▁résumé', '▁R']);
  });

  it('handles a long word', async () => {
    const tokenizer = await tokenizerOf({ model: 'bert', tokens: ['[UNK]', '▁a', 'a', 'a'.repeat(500)], more });
    expect(tokenizer.encode('a'.repeat(100_001))).toHaveLength(1 + 200);
  });
});

describe('unigram', () => {
  const tokens: [string, number][] = [
    ['<pad>', 3],
    ['</s>', 3],
    ['<unk>', 2],
    ['▁', 1],
    ['a', 1],
    ['b', 1],
    ['ab', 1],
    ['▁ab', 1],
    ['ba', 1],
    ['<x>', 4],
  ];
  const scores = [0, 0, 0, -2, -3, -3, -5, -9, -3.5, 0];
  const more = [flag('add_space_prefix', true), flag('remove_extra_whitespaces', true)];

  it.each([
    ['', []],
    // The largest sum, not the longest piece.
    ['ab', ['▁', 'ab']],
    ['aba', ['▁', 'a', 'ba']],
    ['  b   a ', ['▁', 'b', '▁', 'a']],
    ['a漢字b', ['▁', 'a', '<unk>', 'b']],
    ['a<x>b', ['▁', 'a', '<x>', '▁', 'b']],
  ])('splits %j', async (text, pieces) => {
    expect(piecesOf(await tokenizerOf({ model: 't5', tokens, scores, more }), text)).toEqual(pieces);
  });

  it('replaces characters by the table of the file', async () => {
    // One sequence, `A` (65), becomes `b`. The root's base is 0: the node of A is 65, its value is at 65 ^ 2.
    const units = new Uint32Array(128);
    units[65] = (2 << 10) | 0x100 | 65;
    units[67] = 0x80000000;
    const table = [...new Uint8Array(Uint32Array.of(units.byteLength).buffer), ...new Uint8Array(units.buffer), 98, 0];
    const mapped = [...more, list('tokenizer.ggml.precompiled_charsmap', 'u8', table)];
    const tokenizer = await tokenizerOf({ model: 't5', tokens, scores, more: mapped });
    expect(piecesOf(tokenizer, 'aA')).toEqual(['▁', 'ab']);
    const cut = [...more, list('tokenizer.ggml.precompiled_charsmap', 'u8', table.slice(0, 100))];
    await expect(tokenizerOf({ model: 't5', tokens, scores, more: cut })).rejects.toThrow('is damaged');
  });
});

describe('RWKV', () => {
  it('takes the longest piece, by bytes', async () => {
    const tokens = ['<s>', 'a', 'ab', '\\n', '\\xf0\\x9f', '\\x98', '\\x80', '\\\\'];
    const tokenizer = await tokenizerOf({ model: 'rwkv', tokens });
    const tokensOf = tokenizer.encode('aba\n😀\\');
    expect(tokensOf.map((token) => token.id)).toEqual([2, 1, 3, 4, 5, 6, 7]);
    expect(tokenizer.decode(tokensOf.map((token) => token.id))).toBe('aba\n😀\\');
  });
});

describe('PLaMo 2', () => {
  const bytes = Array.from({ length: 256 }, (_, byte): [string, number] => [
    `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    6,
  ]);

  it('takes the largest sum of scores, and bytes for the rest', async () => {
    const tokens = [['<unk>', 2] as const, ...bytes, 'a', 'b', 'ab', 'ba'];
    const scores = [0, ...bytes.map(() => 0), -1, -1, -3, -1.5];
    const tokenizer = await tokenizerOf({ model: 'plamo2', tokens, scores });
    expect(piecesOf(tokenizer, 'aba')).toEqual(['a', 'ba']);
    expect(piecesOf(tokenizer, '\ufeffé')).toEqual(['<0xC3>', '<0xA9>']);
  });

  it('needs a token for every byte', async () => {
    await expect(tokenizerOf({ model: 'plamo2', tokens: ['a'] })).rejects.toThrow('no token <0x00>');
  });
});

describe('variants of byte pairs', () => {
  it('split only at white space', async () => {
    const tokens = ['a', 'b', 'ab', '漢'];
    const tokenizer = await tokenizerOf({ model: 'whitespace', pre: 'whitespace', tokens, merges: ['a b'] });
    expect(piecesOf(tokenizer, ' ab\t漢 b')).toEqual(['ab', '漢', 'b']);
  });

  it('split DNA into groups of six bases', async () => {
    const tokens = ['a', '<dna>', '</dna>', '<oov>', 'ACGTAC\ue000', 'GAAAAA\ue000'];
    const tokenizer = await tokenizerOf({ model: 'hybriddna', pre: 'gpt-2', tokens, merges: [] });
    const ids = tokenizer.encode('a<dna>acgtacG</dna>a<dna>xx').map((token) => token.id);
    expect(ids).toEqual([0, 1, 4, 5, 2, 0, 1, 3]);
  });
});

describe('the tokenizer for tests', () => {
  it('makes a token from the hash of every five bytes, which is shown as its id', async () => {
    const tokens = Array.from({ length: 50 }, (_, at) => `piece ${at}`);
    const tokenizer = await tokenizerOf({ model: 'test', tokens });
    const hash = (text: string) => [...Buffer.from(text)].reduce((sum, byte) => (sum * 31 + byte) % tokens.length, 0);
    const ids = tokenizer.encode('Hello wörld').map(({ id }) => id);
    expect(ids).toEqual([hash('Hello'), hash(' wör'), hash('ld')]);
    expect(tokenizer.decode(ids)).toBe(ids.map((one) => one.toString(16)).join(''));
    expect(tokenizer.encode('')).toEqual([]);
  });

  it('needs a token', async () => {
    const tokenizer = await tokenizerOf({ model: 'test', tokens: [] });
    expect(() => tokenizer.encode('a')).toThrow('its vocabulary has no tokens');
  });
});

describe('unusable vocabularies', () => {
  it.each([
    [{ model: 'made-up', tokens: ['a'] }, 'unknown-tokenizer'],
    [{ model: 'none', tokens: ['a'] }, 'no-vocabulary'],
    [{ model: 'gpt2', pre: 'made-up', tokens: ['a'], merges: [] }, 'unknown-tokenizer'],
    [{ model: 'gpt2', pre: 'gpt-2', tokens: ['a'] }, 'unusable-vocabulary'],
    [{ model: 't5', tokens: ['a', 'a'.repeat(1025)] }, 'unusable-vocabulary'],
    [{ model: 'llama', tokens: ['a'], more: [list('tokenizer.ggml.scores', 'string', ['x'])] }, 'unusable-vocabulary'],
  ])('are reported: %j', async (description, code) => {
    const error = await tokenizerOf(description).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TokenizerError);
    expect(error).toMatchObject({ code });
    // The pieces of its tokens are available nevertheless.
    expect(vocabularyOf(description).pieces[0]).toBe('a');
  });
});

describe('vocabularies with long pieces', () => {
  const long = 'a'.repeat(1000);
  const bytes = Array.from({ length: 256 }, (_, byte): [string, number] => [
    `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    6,
  ]);

  it.each([
    [{ model: 't5', tokens: ['a', `${long}b`], scores: [-1, -2] }],
    [{ model: 'bert', tokens: ['▁', 'a', `${long}b`] }],
    [{ model: 'rwkv', tokens: ['a', `${long}b`] }],
    [{ model: 'plamo2', tokens: [...bytes, 'a', `${long}b`], scores: [...bytes.map(() => 0), -1, -2] }],
  ])('are searched step by step: %#', async (description) => {
    const tokenizer = await tokenizerOf(description);
    expect(piecesOf(tokenizer, `${long}a`).filter((piece) => piece === 'a')).toHaveLength(1001);
    expect(piecesOf(tokenizer, `${long}b`).at(-1)).toBe(`${long}b`);
  });
});
