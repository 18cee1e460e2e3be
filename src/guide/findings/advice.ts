/** Advice: what is worth knowing of a file that loads and runs. */

import type { FindingWords } from './finding-words.js';

export const ADVICE_FINDINGS = {
  'unknown-tensor-names': {
    level: 'advice',
    says: '{count, tensor} with names that no known architecture uses, such as {example}',
  },
  'label-disagrees': {
    level: 'advice',
    says: 'labelled {label}, but most of its matrix bytes are {actual} ({share} %)',
    hint: 'go by the mix of types that is really there',
  },
  'fallback-types': {
    level: 'advice',
    says: '{count, tensor} fell back to {types}: rows of {row} are no multiple of {block}, the block of {main}',
    hint: 'the file is larger than its label suggests',
  },
} as const satisfies Record<string, FindingWords>;
