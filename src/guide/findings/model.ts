/** Findings about the model: what llama.cpp's loader would refuse, or what whoever runs the model would regret. */

import type { FindingWords } from './finding-words.js';

export const MODEL_FINDINGS = {
  'no-architecture': {
    level: 'warning',
    says: 'no general.architecture: which kind of model this is, is not said',
    hint: 'llama.cpp refuses such a model; image models and parts of models often have none',
  },
} as const satisfies Record<string, FindingWords>;
