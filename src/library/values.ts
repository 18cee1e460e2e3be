/**
 * Reads all numbers of a model, or of chosen tensors, once. Files on this disk are read by several threads, everything else in the order in
 * which it arrives.
 */

import type { GgufFile } from '../gguf/decode.js';
import type { OpenedModel } from '../open/open-model.js';
import { type ModelValues, modelValues } from '../tensor-data/model-values.js';
import { built } from './built.js';
import type { Watch } from './watch.js';

export interface ScanSettings {
  /** Default: the number of cores. */
  threads?: number | undefined;
  /** Selects tensors by their index in the header. Default: all. */
  choose?: ((file: GgufFile) => ReadonlySet<number>) | undefined;
}

export interface ScannedModel {
  /** The header. For a stream that was read to its end, it has the size. */
  file: GgufFile;
  values: ModelValues;
}

/**
 * The model must be open for its data. Throws what reading the data throws. If the work is stopped early, what was found so far is kept.
 */
export async function scanModelValues(
  opened: OpenedModel,
  { threads, choose }: ScanSettings,
  watch: Watch,
): Promise<ScannedModel> {
  const { file, paths, locality } = opened;
  const source = paths === null ? { source: opened.data } : {};
  const values = await watch({ verb: 'read', partial: true }, (watched) =>
    modelValues(file, {
      ...{ paths, forwards: locality === 'stream', threads, only: choose?.(file) },
      ...{ worker: built('worker.cjs'), kernels: built('value-kernels.wasm') },
      ...source,
      ...watched,
    }),
  );
  return { file: values.complete ? await opened.measured() : file, values };
}
