/**
 * Models that load in llama.cpp but do not work as expected: files in the form of another program, mismatched drafts, and rerankers that
 * give no score.
 */

import { metadataValue } from '../../gguf/decode.js';
import { stringOrNull } from '../../model/hyperparameters.js';
import { ollamaSigns } from '../../model/ollama-export.js';
import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { wholeModel } from '../whole-model.js';

/** The value of `pooling_type` that produces a score (llama.h, LLAMA_POOLING_TYPE_RANK). */
const RANK = 4;

/** Words in the names of models that score pairs of texts. */
const RERANKER = /rerank|(?:^|[^a-z])(?:ze)?rank(?:er)?(?:[^a-z]|$)/i;

export const RUNTIME_FORM_CHECKS = [
  /** Other rules report the consequences (surplus tensors, missing keys). */
  defineCheck({
    code: 'ollama-export',
    group: 'model',
    level: 'error',
    says: 'written by Ollama for its own engine: {signs}',
    hint: 'llama.cpp refuses it: use a file converted for llama.cpp, with an mmproj file for images and audio, or run it with Ollama',
    appliesTo: anyFile,
    judge({ model }) {
      const signs = ollamaSigns(model);
      return signs.length === 0 ? [] : [{ place: { key: 'general.architecture' }, facts: { signs: signs.join('; ') } }];
    },
  }),
  /** A draft is a list of token ids, so an id must mean the same in both models (common/speculative.cpp). */
  defineCheck({
    code: 'draft-vocabulary-differs',
    group: 'model',
    level: 'error',
    says: '{draft} cannot write drafts for this model: {why}',
    hint: 'llama.cpp refuses the pair; use a draft model of the same family, with the same vocabulary',
    appliesTo: anyFile,
    judge({ draft }) {
      if (draft === undefined || draft.why === null) return [];
      // If no draft was requested, the two files may have been given together for another reason.
      const level = draft.asked ? 'error' : 'warning';
      return [{ place: { key: 'tokenizer.ggml.tokens' }, level, facts: { draft: draft.fileName, why: draft.why } }];
    },
  }),
  /** The tensors of the classifier compute the score; without one the server returns meaningless numbers. */
  defineCheck({
    code: 'ranking-head-missing',
    group: 'model',
    level: 'warning',
    says: '{why}, but there is no classifier (cls.*): its scores are meaningless',
    hint: 'convert the model again with a converter that keeps the classifier of rerankers',
    appliesTo: wholeModel,
    judge({ model, whole }) {
      if (whole.tensors.some(({ name }) => /^cls(?:\.|$)/.test(name))) return [];
      const key = `${whole.architecture}.pooling_type`;
      if (metadataValue(model.file, key) === RANK) return [{ place: { key }, facts: { why: 'made for ranking' } }];
      const named = ['general.name', 'general.basename', 'general.finetune'].find((one) =>
        RERANKER.test(stringOrNull(metadataValue(model.file, one)) ?? ''),
      );
      return named === undefined ? [] : [{ place: { key: named }, facts: { why: 'a reranker according to its name' } }];
    },
  }),
];
