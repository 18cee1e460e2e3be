/**
 * The numbers of a model for the commands that tell of them: the header, then all data once, with a bar on the terminal. Files on this disk
 * are read by several threads, everything else as it arrives.
 */

import type { GgufFile } from '../gguf/decode.js';
import type { Found } from '../locate/location.js';
import { type OpenedModel, openModel } from '../open/open-model.js';
import { aboutTarget } from '../open/read-header.js';
import { type ModelValues, modelValues } from '../tensor-data/model-values.js';
import { built } from './built.js';
import { closeInput, withInterruption } from './interruption.js';
import { headersFor } from './locate-target.js';
import { withProgress } from './progress.js';
import { UsageError } from './usage-error.js';

export interface ScanSettings {
  /** As many as the machine has cores where it is not said. */
  threads?: number | undefined;
  /** Picks the tensors that are wanted, by their indices in the header; all where it is left out. */
  choose?: ((file: GgufFile) => ReadonlySet<number>) | undefined;
}

export interface ScannedWeights {
  location: Found;
  /** The header, of a stream that was read to its end with its size. */
  file: GgufFile;
  values: ModelValues;
}

/**
 * Reads a model whole: what was typed, or where it is. Throws as `openModel` does. A signal such as Ctrl-C ends it early, with what was
 * found so far.
 */
export async function scanWeights(target: string | Found, settings: ScanSettings): Promise<ScannedWeights> {
  const opened = await openModel(target, { data: true, headers: headersFor });
  try {
    const values = await scan(opened, settings);
    return { location: opened.location, file: values.complete ? await opened.measured() : opened.file, values };
  } catch (error) {
    throw aboutTarget(error, opened.name);
  } finally {
    await closeInput(opened);
  }
}

async function scan(opened: OpenedModel, { threads, choose }: ScanSettings): Promise<ModelValues> {
  const { file, paths, locality } = opened;
  return await withInterruption((signal) =>
    withProgress('read', undefined, ({ begin, at }) =>
      modelValues(file, {
        ...{ paths, forwards: locality === 'stream', ...(paths === null && { source: opened.data }) },
        ...{ threads, signal, worker: built('value-worker.cjs'), kernels: built('value-kernels.wasm') },
        only: choose?.(file),
        onBegin: begin,
        onProgress: at,
      }),
    ),
  );
}

/** More threads than any machine has cores for. */
const MOST_THREADS = 256;

/** The value of `--threads`. Throws UsageError. */
export function readThreads(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const threads = /^\d+$/.test(text) ? Number(text) : 0;
  if (threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new UsageError('bad-number', `--threads ${text} is no number from 1 to ${MOST_THREADS}`);
}
