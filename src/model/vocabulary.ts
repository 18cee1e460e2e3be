/** The vocabulary as llama.cpp's loader sees it (src/llama-vocab.cpp): the tokenizer, and the number of tokens. */

import { metadataValue } from '../gguf/decode.js';
import { asArray, entryOf, ownNumber } from './entries.js';
import { stringOrNull } from './hyperparameters.js';
import type { Model } from './model.js';
import { hasNoTokens } from './tokenizers.js';

/** `tokenizer.ggml.model`; null if the file does not name one. */
export function tokenizerOf({ file }: Model): string | null {
  return stringOrNull(metadataValue(file, 'tokenizer.ggml.model'));
}

/**
 * The number of tokens, from the token list or, for a vocabulary without a list, from the key that gives it, with that key. Null if neither
 * exists.
 */
export function vocabularyOf(model: Model): { size: number; key: string } | null {
  const tokenizer = tokenizerOf(model);
  if (tokenizer !== null && hasNoTokens(tokenizer)) {
    const size = ownNumber(model, 'vocab_size');
    return size === null ? null : { size, key: `${model.hyperparameters.architecture}.vocab_size` };
  }
  const key = 'tokenizer.ggml.tokens';
  const tokens = asArray(entryOf(model.file, key));
  return tokens === null ? null : { size: tokens.count, key };
}
