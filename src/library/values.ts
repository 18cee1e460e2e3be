/** All numbers of a model, or those of chosen tensors, read once. Files on this disk are read by several threads, everything else as it comes. */

import type { GgufFile } from '../gguf/decode.js';
import type { OpenedModel } from '../open/open-model.js';
import { type ModelValues, modelValues } from '../tensor-data/model-values.js';
import { built } from './built.js';
import type { Watch } from './watch.js';

export interface ScanSettings {
  /** As many as the machine has cores where it is left out. */
  threads?: number | undefined;
  /** Picks the tensors that are wanted, by their indices in the header; all where it is left out. */
  choose?: ((file: GgufFile) => ReadonlySet<number>) | undefined;
}

export interface ScannedModel {
  /** The header, of a stream that was read to its end with its size. */
  file: GgufFile;
  values: ModelValues;
}

/** The model must be open for its data. Throws as its data does. An early end leaves what was found so far. */
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
