/**
 * Watches work on tensor data for the command line: with a progress bar on the terminal. Ctrl-C stops the work; work that can show a
 * partial result returns what it has found.
 */

import type { Watch } from '../library/watch.js';
import { withInterruption } from './interruption.js';
import { withProgress } from './progress.js';

export const watchOnTerminal: Watch = ({ verb, total, partial }, run) => {
  const shown = (signal?: AbortSignal) =>
    withProgress(verb, total, ({ begin, at }) => run({ signal, onBegin: begin, onProgress: at }));
  return partial ? withInterruption(shown) : shown();
};
