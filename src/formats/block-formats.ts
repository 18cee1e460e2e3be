/**
 * The block formats by type name: for every row of types/ with a `kernel`, the code that dequantizes and explains its blocks. They are
 * separate from the rows because every command loads the rows, but few read numbers.
 */

import type { BlockFormat } from './block-format.js';
import { MXFP4, NVFP4 } from './fp4.js';
import { IQ1_M, IQ1_S } from './iq1.js';
import { IQ2_S, IQ2_XS, IQ2_XXS } from './iq2.js';
import { IQ3_S, IQ3_XXS } from './iq3.js';
import { IQ4_NL, IQ4_XS } from './iq4.js';
import { BF16, F16, F32, F64, I8, I16, I32, I64 } from './plain-numbers.js';
import { Q2_K, Q3_K } from './q2-q3-k.js';
import { Q4_K, Q5_K } from './q4-k.js';
import { Q4_0, Q4_1, Q5_0, Q5_1 } from './q4-q5.js';
import { Q6_K } from './q6-k.js';
import { Q8_0, Q8_1, Q8_K } from './q8.js';
import { Q1_0, Q2_0, TQ1_0, TQ2_0 } from './ternary.js';
import type { ReadableTypeName } from './types/llama-cpp.js';
import type { TensorType } from './types/tensor-type.js';

export const BLOCK_FORMATS: Readonly<Record<ReadableTypeName, BlockFormat>> = {
  ...{ F64, F32, F16, BF16, I8, I16, I32, I64 },
  ...{ Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q8_1 },
  ...{ Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_K },
  ...{ IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_NL, IQ4_XS },
  ...{ TQ1_0, TQ2_0, Q1_0, Q2_0, MXFP4, NVFP4 },
};

/** Undefined for a type whose numbers cannot be read here: one that llama.cpp removed, or one of a fork. */
export function blockFormat({ name, kernel }: TensorType): BlockFormat | undefined {
  return kernel === null ? undefined : BLOCK_FORMATS[name as ReadableTypeName];
}
