/** A progress bar on the terminal for work that takes a while. Nothing is shown in pipes, or for work that is done quickly. */

import { formatBytes } from '../words/format-quantity.js';
import { isTerminal } from './terminal.js';
import { noteWork, type WorkDone } from './work-done.js';

/** Work that is done sooner gets no bar. */
const PATIENCE_MILLISECONDS = 500;

export interface Progress {
  /** Sets the total number of bytes, if it was not known before. */
  begin(total: number): void;
  /** Sets the number of bytes that are done. */
  at(done: number): void;
}

/**
 * Runs work on `total` bytes with a bar on standard error, which is removed when the work ends, however it ends. `verb` says what happens
 * to the bytes, as in "3 MiB were hashed"; if `total` is undefined, the work sets it when it begins.
 */
export async function withProgress<T>(
  verb: string,
  total: number | undefined,
  run: (progress: Progress) => Promise<T>,
): Promise<T> {
  const { progress, stop } = beginProgress(verb, total);
  try {
    return await run(progress);
  } finally {
    stop();
  }
}

function beginProgress(verb: string, total: number | undefined): { progress: Progress; stop: () => void } {
  const shown = isTerminal(2) && process.env.TERM !== 'dumb';
  const begun = Date.now();
  let bar: Bar | undefined;
  let state: 'waiting' | 'loading' | 'shown' | 'over' = 'waiting';
  const stop = () => {
    state = 'over';
    bar?.stop();
  };
  const work: WorkDone = { verb, done: 0, total, clear: stop };
  noteWork(work);
  const progress: Progress = {
    begin(bytes) {
      work.total = bytes;
    },
    at(done) {
      work.done = done;
      if (!shown || state === 'over') return;
      if (state === 'waiting' && Date.now() - begun > PATIENCE_MILLISECONDS) {
        state = 'loading';
        void makeBar(work.total ?? done).then((made) => {
          if (state === 'over') return made.stop();
          bar = made;
          state = 'shown';
        });
      }
      bar?.update(done, { now: formatBytes(done), rate: rateOf(done, begun) });
    },
  };
  return { progress, stop };
}

/** Bytes per second since the beginning. */
function rateOf(done: number, begun: number): string {
  return `${formatBytes(Math.round((1000 * done) / Math.max(1, Date.now() - begun)))}/s`;
}

interface Bar {
  update(value: number, payload: object): void;
  stop(): void;
}

async function makeBar(total: number): Promise<Bar> {
  const { SingleBar, Presets } = (await import('cli-progress')).default;
  const format = `{bar} {percentage} %  {now} of ${formatBytes(total)}  {rate}  {eta_formatted} left`;
  // To hide the cursor or to turn off line wrapping, the bar would have to catch Ctrl-C to undo it, and would then not end the program.
  const settings = { clearOnComplete: true, hideCursor: false, linewrap: null, gracefulExit: false };
  const bar = new SingleBar({ ...settings, format, barsize: 30 }, Presets.shades_classic);
  bar.start(total, 0, { now: formatBytes(0), rate: '' });
  return bar;
}
