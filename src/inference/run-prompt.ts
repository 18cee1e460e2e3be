/** Runs a prompt: chooses how to multiply, reports how many bytes of weights have been used, and stops early when asked. */

import type { GgufFile } from '../gguf/decode.js';
import type { BlockSource } from '../io/block-source.js';
import { chooseProducts } from './choose-matmul.js';
import { checkTokens, outputNorm, type TracedModel } from './computed-model.js';
import { type Scoring, workFor } from './cost.js';
import { PromptRun } from './forward-pass.js';
import type { Products } from './matmul.js';

/** The parts of an open model that inference needs. */
export interface OpenWeights {
  file: GgufFile;
  blocks: BlockSource;
  /** Paths of its files by file number minus 1; null if they are not on this machine. */
  realPaths: readonly (string | undefined)[] | null;
}

export interface RunOptions {
  /** Paths of the built kernels and the built thread program; without them inference is slower. */
  kernels?: string | undefined;
  worker?: string | undefined;
  /** Aborts the work with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called before the work begins with the number of bytes of weights that will be used. */
  onBegin?: ((bytes: number) => void) | undefined;
  /** Called with the number of bytes of weights used so far. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * Starts a run and passes it to `work`, which computes up to the attention of a layer, or to the end. Before anything is read, throws
 * TraceError for invalid token ids, too many tokens, and a model without its last norm if that is needed.
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
