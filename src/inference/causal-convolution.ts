/** A short causal convolution: each channel separately, over the token and a few tokens before it. */

import type { ReadableData } from '../tensor-data/tensor-data.js';
import type { Arithmetic } from './arithmetic.js';
import type { Planner } from './planner.js';
import { makeVectors, type Vectors } from './vectors.js';

/** A row of `taps` numbers for each channel; the last number is for the token itself. */
export interface ConvolutionPlan {
  matrix: ReadableData;
  bias: ReadableData | null;
  channels: number;
  taps: number;
}

/**
 * Throws TraceError where the tensor is missing or has another shape. Some files have an extra axis of length 1 between taps and channels.
 */
export function planConvolution(planner: Planner, name: string, taps: number, channels: number): ConvolutionPlan {
  const { tensors } = planner;
  const [, second] = tensors.dimensions(`${name}.weight`) ?? [];
  const between = second === 1 && channels !== 1;
  return {
    matrix: between
      ? tensors.experts(`${name}.weight`, taps, 1, channels)
      : tensors.matrix(`${name}.weight`, taps, channels),
    bias: tensors.vectorOrNull(`${name}.bias`, channels),
    ...{ channels, taps },
  };
}

/**
 * Zeros precede the first token. `ahead`: how many later tokens a token also reads; `step`: the distance between the tokens that it reads.
 */
export async function convolved(
  arithmetic: Arithmetic,
  { matrix, bias, channels, taps }: ConvolutionPlan,
  input: Vectors,
  { ahead = 0, step = 1 }: { ahead?: number; step?: number } = {},
): Promise<Vectors> {
  const weights = await arithmetic.matrix(matrix);
  const added = bias === null ? null : await arithmetic.vector(bias);
  const result = makeVectors(input.count, channels);
  for (let t = 0; t < input.count; t++) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) {
        const token = t - (taps - 1 - tap) * step + ahead;
        if (token < 0 || token >= input.count) continue;
        sum += (weights[channel * taps + tap] as number) * (input.values[token * channels + channel] as number);
      }
      result.values[t * channels + channel] = sum + (added === null ? 0 : (added[channel] as number));
    }
  }
  return result;
}
