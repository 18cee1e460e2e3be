/**
 * The numbers of a model for the commands that tell of them: the header, then all data once, with a bar on the terminal. Files on this disk
 * are read by several threads, everything else as it arrives.
 */

import { decodeHeader, type GgufFile } from '../gguf/decode.js';
import { type BlockSource, decodeThenBlocks } from '../io/block-source.js';
import { countedStream } from '../io/counted-stream.js';
import { fileChunks } from '../io/open-file.js';
import type { Found, StreamLocation } from '../locate/location.js';
import { aboutTarget } from '../read-location.js';
import { type ModelValues, type ModelValuesOptions, modelValues } from '../tensor-data/model-values.js';
import { built } from './built.js';
import { closeInput, withInterruption } from './interruption.js';
import { pathsByNumber } from './locality.js';
import { openWeights } from './open-weights.js';
import { withProgress } from './progress.js';

export interface ScanSettings {
  /** As many as the machine has cores where it is not said. */
  threads?: number | undefined;
  /** Picks the tensors that are wanted, by their indices in the header; all where it is left out. */
  choose?: ((file: GgufFile) => ReadonlySet<number>) | undefined;
}

export interface ScannedWeights {
  file: GgufFile;
  values: ModelValues;
}

/** Throws as `readLocation` does. A signal such as Ctrl-C ends it early, with what was found so far. */
export async function scanWeights(location: Found, settings: ScanSettings): Promise<ScannedWeights> {
  try {
    if (location.kind === 'stream') return await scanStream(location, settings);
    const { file, blocks } = await openWeights(location);
    try {
      const paths = pathsByNumber(location);
      return { file, values: await scan(file, settings, paths === null ? { paths, source: blocks } : { paths }) };
    } finally {
      await closeInput(blocks);
    }
  } catch (error) {
    throw aboutTarget(error, location.name);
  }
}

/** Only its end tells how long a stream is, so it is read to its end. */
async function scanStream({ path }: StreamLocation, settings: ScanSettings): Promise<ScannedWeights> {
  const stream = fileChunks(path);
  const { chunks, drain } = countedStream(stream);
  const { value: file, blocks } = await decodeThenBlocks(chunks, (window) => decodeHeader(window));
  const values = await scan(file, settings, { paths: null, source: blocks, forwards: true });
  return { file: values.complete ? { ...file, size: await drain() } : file, values };
}

async function scan(
  file: GgufFile,
  { threads, choose }: ScanSettings,
  where: { paths: ModelValuesOptions['paths']; source?: BlockSource; forwards?: boolean },
): Promise<ModelValues> {
  return await withInterruption((signal) =>
    withProgress('read', undefined, ({ begin, at }) =>
      modelValues(file, {
        ...where,
        ...{ threads, signal, worker: built('value-worker.cjs'), kernels: built('value-kernels.wasm') },
        only: choose?.(file),
        onBegin: begin,
        onProgress: at,
      }),
    ),
  );
}
