/** Models in a form that llama.cpp takes for something else: what another program wrote for itself, and rerankers that give no score. */

import { metadataValue } from '../../gguf/decode.js';
import { stringOrNull } from '../../model/hyperparameters.js';
import { ollamaSigns } from '../../model/ollama-export.js';
import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { wholeModel } from '../whole-model.js';

/** Value of `pooling_type` for a score (llama.h, LLAMA_POOLING_TYPE_RANK). */
const RANK = 4;

/** Words in the names of models that give a score for a pair of texts. */
const RERANKER = /rerank|(?:^|[^a-z])(?:ze)?rank(?:er)?(?:[^a-z]|$)/i;

export const RUNTIME_FORM_CHECKS = [
  /** What follows from it (tensors too many, keys too few) is told by other rules. */
  defineCheck({
    code: 'ollama-export',
    group: 'model',
    level: 'error',
    says: 'written by Ollama for its own engine: {signs}',
    hint: 'llama.cpp refuses it: take a conversion for llama.cpp, with an mmproj file for pictures and sound, or run it with Ollama',
    appliesTo: anyFile,
    judge({ model }) {
      const signs = ollamaSigns(model);
      return signs.length === 0 ? [] : [{ place: { key: 'general.architecture' }, facts: { signs: signs.join('; ') } }];
    },
  }),
  /** A draft is a list of token ids, so both models must mean the same by an id (common/speculative.cpp). */
  defineCheck({
    code: 'draft-vocabulary-differs',
    group: 'model',
    level: 'error',
    says: '{draft} cannot write drafts for this model: {why}',
    hint: 'llama.cpp refuses the pair; take a draft model with the same vocabulary, of the same family',
    appliesTo: anyFile,
    judge({ draft }) {
      if (draft === undefined || draft.why === null) return [];
      // Two files may have been named together for another reason.
      const level = draft.asked ? 'error' : 'warning';
      return [{ place: { key: 'tokenizer.ggml.tokens' }, level, facts: { draft: draft.fileName, why: draft.why } }];
    },
  }),
  /** The score is made by the tensors of the classifier; without one the server answers with numbers that rank nothing. */
  defineCheck({
    code: 'ranking-head-missing',
    group: 'model',
    level: 'warning',
    says: '{why}, but there is no classifier (cls.*): ranking gives no score',
    hint: 'convert the model again with a converter that keeps the classifier of rerankers',
    appliesTo: wholeModel,
    judge({ model, whole }) {
      if (whole.tensors.some(({ name }) => /^cls(?:\.|$)/.test(name))) return [];
      const key = `${whole.architecture}.pooling_type`;
      if (metadataValue(model.file, key) === RANK) return [{ place: { key }, facts: { why: 'made for ranking' } }];
      const named = ['general.name', 'general.basename', 'general.finetune'].find((one) =>
        RERANKER.test(stringOrNull(metadataValue(model.file, one)) ?? ''),
      );
      return named === undefined ? [] : [{ place: { key: named }, facts: { why: 'a reranker by its name' } }];
    },
  }),
];
