/** Work on tensor data as the command line watches it: with a bar on the terminal; Ctrl-C ends it with what was found where that can be shown. */

import type { Watch } from '../library/watch.js';
import { withInterruption } from './interruption.js';
import { withProgress } from './progress.js';

export const watchOnTerminal: Watch = ({ verb, total, partial }, run) => {
  const shown = (signal?: AbortSignal) =>
    withProgress(verb, total, ({ begin, at }) => run({ signal, onBegin: begin, onProgress: at }));
  return partial ? withInterruption(shown) : shown();
};
