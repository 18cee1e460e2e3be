/** Tokens that are found in a text before it is split. */

import { describe, expect, it } from 'vitest';
import { piecesOf, tokenizerOf, type VocabularyDescription } from './vocabularies.js';

const LETTERS = ['▁', ...'abcdefghijklmnopqrstuvwxyz<>|/_'];

const withTokens = (tokens: [string, number][], more: Partial<VocabularyDescription> = {}): VocabularyDescription => ({
  model: 'llama',
  tokens: [...tokens, ...LETTERS],
  ...more,
});

describe('tokens that are written out', () => {
  it('are found where they are user-defined, the longest first', async () => {
    const tokenizer = await tokenizerOf(
      withTokens([
        ['<tool>', 4],
        ['<tool>x', 4],
        ['<ctl>', 3],
      ]),
    );
    expect(piecesOf(tokenizer, 'a<tool>xb<tool>')).toEqual(['▁', 'a', '<tool>x', '▁', 'b', '<tool>']);
    expect(piecesOf(tokenizer, '<ctl>')).toEqual(['▁', '<', 'c', 't', 'l', '>']);
  });

  it('are the first of those that are alike', async () => {
    const tokenizer = await tokenizerOf(
      withTokens([
        ['<x>', 4],
        ['<x>', 4],
      ]),
    );
    expect(tokenizer.encode('<x>').map((token) => token.id)).toEqual([0]);
  });

  it('are found among a hundred thousand of them, in one pass over the text', { timeout: 15_000 }, async () => {
    const many = Array.from({ length: 100_000 }, (_, i): [string, number] => [`<${i}>`, 4]);
    const tokenizer = await tokenizerOf(withTokens(many));
    expect(piecesOf(tokenizer, `${'<1 2>'.repeat(50_000)}<77>`).at(-1)).toBe('<77>');
  });

  it('do not include tokens that end the generation, whatever the file says', async () => {
    const tokenizer = await tokenizerOf(
      withTokens([
        ['</s>', 4],
        ['<reponame>', 4],
        ['<|message|>', 3],
      ]),
    );
    expect(piecesOf(tokenizer, '</s>')).toEqual(['▁', '<', '/', 's', '>']);
    expect(piecesOf(tokenizer, '<reponame>')).toHaveLength(11);
    expect(piecesOf(tokenizer, '<|message|>')).toEqual(['<|message|>']);
  });

  it('include the white space after them in Phi-3', async () => {
    const more = [{ key: 'general.name', type: 'string', value: 'Phi-3 mini' } as const];
    const tokenizer = await tokenizerOf(withTokens([['<x>', 4]], { more }));
    expect(piecesOf(tokenizer, 'a <x>  b')).toEqual(['▁', 'a', '▁', '<x>', '▁', 'b']);
  });
});
