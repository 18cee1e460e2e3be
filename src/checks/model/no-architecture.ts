import type { Check } from '../check.js';

/** The loader takes the meaning of everything else from this key (llama.cpp, llama_model_loader). */
export const noArchitecture: Check = {
  code: 'no-architecture',
  judge({ file, hyperparameters }) {
    // A file of tensors without any metadata is a container, not a model that lost its name.
    if (hyperparameters.architecture !== null || file.metadata.length === 0) return [];
    return [{ code: 'no-architecture', place: { key: 'general.architecture' }, facts: {} }];
  },
};
