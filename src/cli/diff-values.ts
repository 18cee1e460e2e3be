/** `diff --values`: the numbers of two open models side by side, with a bar on the terminal; Ctrl-C ends it with what was found. */

import type { TensorPair } from '../model/compare-tensors.js';
import type { OpenedModel } from '../open/open-model.js';
import { compareValues, type ValuesComparison } from '../tensor-data/compare-values.js';
import { built } from './built.js';
import { withInterruption } from './interruption.js';
import { withProgress } from './progress.js';

export async function compareNumbers(
  before: OpenedModel,
  after: OpenedModel,
  pairs: readonly TensorPair[],
): Promise<ValuesComparison> {
  const side = ({ file, data, locality }: OpenedModel) => ({
    ...{ littleEndian: file.littleEndian, blocks: data, forwards: locality === 'stream' },
  });
  return await withInterruption((signal) =>
    withProgress('compared', undefined, ({ begin, at }) =>
      compareValues(side(before), side(after), pairs, {
        kernels: built('value-kernels.wasm'),
        signal,
        onBegin: begin,
        onProgress: at,
      }),
    ),
  );
}
