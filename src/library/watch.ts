/** How long work on tensor data is watched: who is told how far it is, and who may end it. */

import type { InputOptions } from './input.js';

/** What work tells, and what it looks at. */
export interface Watched {
  /** Ends the work early, with what it has found by then. */
  signal?: AbortSignal | undefined;
  /** Is told, before it begins, how many bytes there are to do. */
  onBegin(bytes: number): void;
  /** Is told the bytes that are done. May throw, which ends the work. */
  onProgress(bytes: number): void;
}

/**
 * Runs work on so many bytes, undefined where the work tells that itself. `verb` is what happens to the bytes, as in "3 MiB were
 * hashed". Work that can show what it has found by then is `partial`: a signal ends it early.
 */
export type Watch = <T>(
  work: { verb: string; total?: number | undefined; partial?: boolean },
  run: (watched: Watched) => Promise<T>,
) => Promise<T>;

export interface ProgressOptions {
  /** Is told the bytes of tensor data that are done, and of how many, where that is known. */
  onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/** Options of functions that read tensor data. */
export interface DataOptions extends InputOptions, ProgressOptions {}

/** For the functions of the library: an abort ends all work, and leaves nothing of it. */
export function watchFor({ signal, onProgress }: InputOptions & ProgressOptions): Watch {
  return async ({ total, partial }, run) => {
    let all = total;
    return await run({
      signal,
      onBegin(bytes) {
        all = bytes;
      },
      onProgress(bytes) {
        // What looks at the signal itself may tell this from an event of a thread, where nobody would catch an error.
        if (!partial) signal?.throwIfAborted();
        onProgress?.(bytes, all);
      },
    });
  };
}
