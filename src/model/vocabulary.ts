/** The vocabulary as the loader of llama.cpp sees it (src/llama-vocab.cpp): the tokenizer, and how many tokens there are. */

import { metadataValue } from '../gguf/decode.js';
import { asArray, entryOf, ownNumber } from './entries.js';
import { stringOrNull } from './hyperparameters.js';
import type { Model } from './model.js';
import { hasNoTokens } from './tokenizers.js';

/** `tokenizer.ggml.model`; null where the file names none. */
export function tokenizerOf({ file }: Model): string | null {
  return stringOrNull(metadataValue(file, 'tokenizer.ggml.model'));
}

/** The length of the token list, or of the vocabulary that has no tokens, with the key that says it. Null where nothing does. */
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
