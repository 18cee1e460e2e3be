/** Checks the tokenizer: its kind, and the data it needs. */

import { metadataValue } from '../../gguf/decode.js';
import { entryOf } from '../../model/entries.js';
import { hasNoTokens, MERGING, PRE_TOKENIZERS, TOKENIZERS, WITHOUT_MERGES } from '../../model/tokenizers.js';
import { tokenizerOf } from '../../model/vocabulary.js';
import { knownModel, tokenized } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { entryPlace } from '../place.js';

export const TOKENIZER_CHECKS = [
  /** The loader requires a tokenizer; a model without one must state `no_vocab`. */
  defineCheck({
    code: 'tokenizer-missing',
    group: 'model',
    level: 'warning',
    says: 'no tokenizer: tokenizer.ggml.model is missing',
    hint: 'llama.cpp refuses the model; a model without a tokenizer must state "no_vocab"',
    appliesTo: knownModel,
    judge({ model }) {
      const key = 'tokenizer.ggml.model';
      if (entryOf(model.file, key) !== undefined) return [];
      return [{ place: { key } }];
    },
  }),
  defineCheck({
    code: 'unknown-tokenizer',
    group: 'model',
    level: 'error',
    says: 'llama.cpp does not know the tokenizer {tokenizer}',
    hint: 'a newer llama.cpp may know it: update it, or convert the model again',
    appliesTo: tokenized,
    judge({ model }) {
      const tokenizer = tokenizerOf(model);
      const entry = entryOf(model.file, 'tokenizer.ggml.model');
      if (entry === undefined || tokenizer === null || TOKENIZERS.has(tokenizer)) return [];
      return [{ place: entryPlace(entry), facts: { tokenizer } }];
    },
  }),
  /** The loader fails at a name that it does not know, but new versions add new names. */
  defineCheck({
    code: 'unknown-pre-tokenizer',
    group: 'model',
    level: 'warning',
    says: 'gguf-explain does not know the pre-tokenizer {name}',
    hint: 'a version of llama.cpp that does not know it refuses the model; update llama.cpp, or convert the model again',
    appliesTo: tokenized,
    judge({ model }) {
      const tokenizer = tokenizerOf(model);
      const entry = entryOf(model.file, 'tokenizer.ggml.pre');
      // The tokenizer of Gemma 4 has a built-in one.
      if (!MERGING.has(tokenizer ?? '') || tokenizer === 'gemma4') return [];
      if (typeof entry?.value !== 'string' || entry.value === '' || PRE_TOKENIZERS.has(entry.value)) return [];
      return [{ place: entryPlace(entry), facts: { name: entry.value } }];
    },
  }),
  /** llama.cpp then splits texts by a default and warns that the output will be degraded. */
  defineCheck({
    code: 'pre-tokenizer-missing',
    group: 'model',
    level: 'warning',
    says: 'no tokenizer.ggml.pre: the file does not state how texts are split before byte pairs are merged',
    hint: 'the default makes answers worse; convert the model again with a converter of 2024 or later',
    appliesTo: tokenized,
    judge({ model }) {
      const tokenizer = tokenizerOf(model);
      const key = 'tokenizer.ggml.pre';
      const said = entryOf(model.file, key)?.value ?? '';
      if (!MERGING.has(tokenizer ?? '') || tokenizer === 'gemma4' || said !== '') return [];
      return [{ place: { key } }];
    },
  }),
  defineCheck({
    code: 'token-list-missing',
    group: 'model',
    level: 'error',
    says: 'the tokenizer ({tokenizer}) has no tokens: tokenizer.ggml.tokens is missing',
    hint: 'convert the model again together with the files of its tokenizer',
    appliesTo: tokenized,
    judge({ model }) {
      const tokenizer = tokenizerOf(model);
      const key = 'tokenizer.ggml.tokens';
      if (tokenizer === null || hasNoTokens(tokenizer)) return [];
      if (entryOf(model.file, key) !== undefined) return [];
      return [{ place: { key }, facts: { tokenizer } }];
    },
  }),
  /** Byte-pair encoding needs the list of merges, best first; without it the loader fails. */
  defineCheck({
    code: 'merges-missing',
    group: 'model',
    level: 'error',
    says: 'the tokenizer ({tokenizer}) merges byte pairs, but tokenizer.ggml.merges is missing',
    hint: 'convert the model again together with the files of its tokenizer',
    appliesTo: tokenized,
    judge({ model }) {
      const tokenizer = tokenizerOf(model);
      const key = 'tokenizer.ggml.merges';
      if (tokenizer === null || !MERGING.has(tokenizer)) return [];
      const without = tokenizer === 'gpt2' && metadataValue(model.file, 'tokenizer.ggml.pre') === WITHOUT_MERGES;
      if (without || entryOf(model.file, key) !== undefined) return [];
      return [{ place: { key }, facts: { tokenizer } }];
    },
  }),
];
