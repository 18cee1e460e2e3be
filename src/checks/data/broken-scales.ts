import { eachTensor } from '../each-tensor.js';
import type { ValueCheck } from '../value-check.js';

/** Blocks whose scale is NaN or infinite: llama.cpp refuses them where it is asked to check tensors (`--check-tensors`). */
export const brokenScales: ValueCheck = {
  code: 'broken-scales',
  judge: (model, values) =>
    eachTensor('broken-scales', model, values, ({ scales }) => {
      if (scales === null || scales.nan + scales.infinite === 0) return undefined;
      const { blocks, nan, infinite } = scales;
      return { facts: { broken: nan + infinite, blocks, nan, infinite } };
    }),
};
