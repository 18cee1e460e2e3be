/** Vectors that are added to or multiplied with the vector of a token: llama.cpp cannot compute with them in a block format. */

import type { ModelTensor } from '../../model/model.js';
import type { Operation } from '../../words/roles.js';
import { runByLlamaCpp } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { tensorPlace } from '../place.js';

/**
 * Operations that refuse other types: element-wise arithmetic, and the factors of a rotation (ggml, binary-ops.cpp and rope). A table that
 * is read by rows and a matrix of one row accept every type.
 */
const IN_F32: ReadonlySet<Operation> = new Set(['add', 'sub', 'mul', 'div', 'rope'] as const);

/** The loader joins these into one tensor before it computes with them. */
const JOINED: ReadonlySet<string> = new Set(['time-mix-lerp']);

export const VECTOR_TYPE_CHECKS = [
  /** The loader accepts the file, but the program aborts when it computes the first token. */
  defineCheck({
    code: 'vector-in-blocks',
    group: 'model',
    level: 'error',
    says: '{tensor} is a vector of type {type}: llama.cpp loads it and stops at the first token ({count, vector} of this kind)',
    hint: 'norms, biases and other vectors stay in F32; convert or quantize the model again with the tools of llama.cpp',
    appliesTo: runByLlamaCpp,
    judge({ model }) {
      const wrong = model.tensors.filter((tensor) => (tensor.type?.blockElements ?? 1) > 1 && isOperand(tensor));
      const [first] = wrong;
      if (first === undefined) return [];
      const facts = { tensor: first.name, type: first.type!.name, count: wrong.length };
      return [{ place: tensorPlace(first), facts }];
    },
  }),
];

function isOperand({ classified, roleRow, dimensions, elements }: ModelTensor): boolean {
  const isVector = elements > 1 && dimensions.slice(1).every((length) => length === 1);
  return isVector && IN_F32.has(roleRow.operation) && !JOINED.has(classified.role);
}
