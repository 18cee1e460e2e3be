/** Computes with the tokens of a prompt: chooses how to multiply, counts what is read of the weights, ends early where it is asked to. */

import type { GgufFile } from '../gguf/decode.js';
import type { BlockSource } from '../io/block-source.js';
import { chooseProducts } from './choose-matmul.js';
import { checkTokens, outputNorm, type TracedModel } from './computed-model.js';
import { type Scoring, workFor } from './cost.js';
import { PromptRun } from './forward-pass.js';
import type { Products } from './matmul.js';

/** An open model, as far as it is computed with. */
export interface OpenWeights {
  file: GgufFile;
  blocks: BlockSource;
  /** Its files by their numbers, less 1; null where they are not on this machine. */
  realPaths: readonly (string | undefined)[] | null;
}

export interface RunOptions {
  /** Paths of the built kernels and of the built program of a thread; without them it takes longer. */
  kernels?: string | undefined;
  worker?: string | undefined;
  /** Ends the work with the reason of the signal. */
  signal?: AbortSignal | undefined;
  /** Is told, before it begins, how many bytes of weights are multiplied with. */
  onBegin?: ((bytes: number) => void) | undefined;
  /** Is told the bytes that have been multiplied with so far. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * Does `work` with a run that has begun, which goes up to the attention of a layer, or to the end. Throws TraceError for ids that are
 * no tokens, for too many of them, and for a model that ends before its last norm where that is wanted: before anything is read.
 */
export async function runPrompt<T>(
  { file, blocks, realPaths }: OpenWeights,
  model: TracedModel,
  { ids, upTo, scoring }: { ids: readonly number[]; upTo: number | 'end'; scoring?: Scoring | undefined },
  { kernels, worker, signal, onBegin, onProgress }: RunOptions,
  work: (run: PromptRun) => Promise<T>,
): Promise<T> {
  checkTokens(model, ids);
  if (upTo === 'end') outputNorm(model.planner);
  const { bytes, multiplications } = workFor(file, model.output, { tokens: ids.length, upTo, scoring });
  const products = await chooseProducts(multiplications, { source: blocks, paths: realPaths, kernels, worker });
  onBegin?.(bytes);
  let done = 0;
  const counted: Products['multiply'] = async (range, inputs, into) => {
    signal?.throwIfAborted();
    await products.multiply(range, inputs, into);
    done += range.rows * range.matrix.rowBytes;
    onProgress?.(Math.min(done, bytes));
  };
  try {
    return await work(
      await PromptRun.begin(model, ids, { source: blocks, products: { ...products, multiply: counted } }),
    );
  } finally {
    await products.close();
  }
}
