/** Real vocabularies, compared with llama.cpp's tokens for its own test strings and for the prompts of the small model. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTokenizer } from '../../src/tokenizer/tokenizer.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { COMPUTED_FOLDER, VOCABULARIES_FOLDER } from '../support/reference.js';
import { vocabularyIn } from './vocabularies.js';

describe("llama.cpp's test strings", () => {
  it.each(['bert-bge', 'gpt-2', 'llama-spm'])('%s', async (name) => {
    const path = join(VOCABULARIES_FOLDER, `ggml-vocab-${name}.gguf`);
    const tokenizer = await makeTokenizer(vocabularyIn(path));
    const texts = readFileSync(`${path}.inp`, 'utf8').split('\n__ggml_vocab_test__\n');
    const lines = readFileSync(`${path}.out`, 'utf8').split('\n');
    expect(texts.length).toBeGreaterThan(40);
    for (const [i, text] of texts.entries()) {
      const ids = tokenizer.encode(text).map(({ id }) => id);
      expect(ids.join(' '), JSON.stringify(text)).toBe(lines[i]?.trim());
      // WordPiece drops capitals, accents and spaces.
      if (name !== 'bert-bge') expect(tokenizer.decode(ids)).toBe(text);
    }
  });

  it('reads the pieces of GPT-2 as text', async () => {
    const tokenizer = await makeTokenizer(vocabularyIn(join(VOCABULARIES_FOLDER, 'ggml-vocab-gpt-2.gguf')));
    const texts = tokenizer.encode(' world\n🙂').map(({ id }) => tokenizer.pieceText(id));
    expect(texts.slice(0, 2)).toEqual([' world', '\n']);
    expect(texts.slice(2).join('')).toMatch(/<0x[0-9A-F]{2}>$/);
  });
});

describe('the prompts of the small model', () => {
  it.each([1, 2, 3])('prompt %i', async (number) => {
    const golden = JSON.parse(readFileSync(join(COMPUTED_FOLDER, `tiny-stories-Q4_K_M-${number}.json`), 'utf8')) as {
      prompt: string;
      tokens: { id: number; piece: string }[];
    };
    const model = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
    const tokenizer = await makeTokenizer(vocabularyIn(model));
    const [begin, ...tokens] = golden.tokens;
    expect(begin?.piece).toBe('<s>');
    const found = tokenizer.encode(golden.prompt);
    expect(found.map(({ id }) => id)).toEqual(tokens.map(({ id }) => id));
    expect(found.map(({ piece }) => piece.replaceAll('\u2581', ' '))).toEqual(tokens.map(({ piece }) => piece));
  });
});
