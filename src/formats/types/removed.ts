/**
 * The types that llama.cpp removed. The first two existed for some weeks in the spring of 2023, before GGUF. The others are Q4_0 and IQ4_NL
 * with interleaved rows, an order that llama.cpp now creates at load time.
 */

import { LLAMA_CPP } from './llama-cpp.js';
import { inTurns, type OtherRow } from './tensor-type.js';

export const REMOVED = {
  Q4_2: {
    id: 4,
    says: null,
    family: 'legacy',
    blockElements: 16,
    blockBytes: 2 + 8, // scale, 4 bits each
    fileTypes: { Q4_2: { id: 5 } },
  },
  Q4_3: {
    id: 5,
    says: null,
    family: 'legacy',
    blockElements: 16,
    blockBytes: 2 + 2 + 8, // scale, minimum, 4 bits each
    fileTypes: { Q4_3: { id: 6 } },
  },
  Q4_0_4_4: inTurns(4, LLAMA_CPP.Q4_0, { id: 31, says: null, fileTypes: { Q4_0_4_4: { id: 33 } } }),
  Q4_0_4_8: inTurns(4, LLAMA_CPP.Q4_0, { id: 32, says: null, fileTypes: { Q4_0_4_8: { id: 34 } } }),
  Q4_0_8_8: inTurns(8, LLAMA_CPP.Q4_0, { id: 33, says: null, fileTypes: { Q4_0_8_8: { id: 35 } } }),
  IQ4_NL_4_4: inTurns(4, LLAMA_CPP.IQ4_NL, { id: 36, says: null, fileTypes: null }),
  IQ4_NL_4_8: inTurns(4, LLAMA_CPP.IQ4_NL, { id: 37, says: null, fileTypes: null }),
  IQ4_NL_8_8: inTurns(8, LLAMA_CPP.IQ4_NL, { id: 38, says: null, fileTypes: null }),
} as const satisfies Record<string, OtherRow>;
