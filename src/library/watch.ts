/** How long work on tensor data is watched: it reports its progress, and can be stopped. */

import type { InputOptions } from './input.js';

/** What the work calls to report progress, and the signal that it checks. */
export interface Watched {
  /** Ends the work early, with what it has found so far. */
  signal?: AbortSignal | undefined;
  /** Called before the work begins, with the total number of bytes. */
  onBegin(bytes: number): void;
  /** Called with the number of bytes that are done. May throw, which ends the work. */
  onProgress(bytes: number): void;
}

/**
 * Runs work on `total` bytes; if undefined, the work reports the total itself. `verb` says what happens to the bytes, as in "3 MiB were
 * hashed". Work is `partial` if it can return what it has found so far: a signal ends it early.
 */
export type Watch = <T>(
  work: { verb: string; total?: number | undefined; partial?: boolean },
  run: (watched: Watched) => Promise<T>,
) => Promise<T>;

export interface ProgressOptions {
  /** Called with the bytes of tensor data that are done, and with the total, if it is known. */
  onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/** Options of functions that read tensor data. */
export interface DataOptions extends InputOptions, ProgressOptions {}

/** For the functions of the library: an abort stops all work and discards its results. */
export function watchFor({ signal, onProgress }: InputOptions & ProgressOptions): Watch {
  return async ({ total, partial }, run) => {
    let all = total;
    return await run({
      signal,
      onBegin(bytes) {
        all = bytes;
      },
      onProgress(bytes) {
        // Partial work checks the signal itself. It may report from an event of a thread, where nothing would catch an error.
        if (!partial) signal?.throwIfAborted();
        onProgress?.(bytes, all);
      },
    });
  };
}
