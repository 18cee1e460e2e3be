/**
 * Replaces modules that need Node; bin/build-web.mjs puts it in. In a browser nothing is compiled ahead, because the policy of the page
 * does not allow WebAssembly, and no further threads share the work.
 */

import type * as chooseMatmul from '../inference/choose-matmul.js';
import { plainProducts } from '../inference/matmul.js';
import type * as builtFiles from '../library/built.js';
import { plainKernels } from '../tensor-data/values/plain-kernels.js';
import type * as simdKernels from '../tensor-data/values/simd-kernels.js';

export const chooseProducts: typeof chooseMatmul.chooseProducts = async (_, { source }) => plainProducts(source);

export const built: typeof builtFiles.built = () => undefined;

export const valueKernels: typeof simdKernels.valueKernels = () => plainKernels();
