/** Checks the architecture, which defines the meaning of everything else in the file. */

import { architectureOf } from '../../architectures/book.js';
import { kindOf } from '../../model/kind.js';
import { isLaterShard } from '../../model/shard-keys.js';
import { isAdapter, ofLlamaCpp, selfContainedModel } from '../applies-to.js';
import { defineCheck } from '../define-check.js';

export const ARCHITECTURE_CHECKS = [
  /** The loader interprets everything else by this key (llama.cpp, llama_model_loader). */
  defineCheck({
    code: 'no-architecture',
    group: 'model',
    level: 'warning',
    says: 'no general.architecture: the file does not state what kind of model it contains',
    hint: 'llama.cpp refuses such a model; files that go with a model often have none',
    appliesTo: ofLlamaCpp,
    explains: true,
    judge({ model }) {
      // A file of tensors without any metadata is a container, not a model without a name; a later shard has only its number.
      if (model.hyperparameters.architecture !== null || model.file.metadata.length === 0) return [];
      // An importance matrix belongs to the model that it was measured with; its program does not write an architecture.
      if (isLaterShard(model) || kindOf(model) === 'imatrix') return [];
      // This key is the only one by which an adapter is matched to its base.
      const level = isAdapter(model) ? { level: 'error' as const } : {};
      return [{ ...level, place: { key: 'general.architecture' } }];
    },
  }),
  /** llama.cpp refuses a model of an architecture that it does not know; image and sound models have their own programs. */
  defineCheck({
    code: 'unknown-architecture',
    group: 'model',
    level: 'warning',
    says: 'llama.cpp does not know the architecture {architecture} and refuses the model',
    hint: 'a newer llama.cpp or another program may know it',
    appliesTo: selfContainedModel,
    judge({ model }) {
      const { architecture } = model.hyperparameters;
      if (architecture === null || architectureOf(architecture) !== null) return [];
      return [{ place: { key: 'general.architecture' }, facts: { architecture } }];
    },
  }),
];
