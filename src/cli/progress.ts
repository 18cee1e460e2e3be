/** A bar on the terminal for work that takes a while. Nothing is shown to pipes, nor for work that is soon done. */

import { formatBytes } from '../words/format-quantity.js';
import { isTerminal } from './terminal.js';
import { noteWork, type WorkDone } from './work-done.js';

/** Work that is done sooner gets no bar. */
const PATIENCE_MILLISECONDS = 500;

export interface Progress {
  /** Tells how many bytes there are to do, where that was not known before. */
  begin(total: number): void;
  /** Tells how many bytes are done. */
  at(done: number): void;
}

/**
 * Does work on so many bytes with a bar on standard error, which is gone when the work ends, however it ends. `verb` is what happens to
 * the bytes, as in "3 MiB were hashed"; `total` undefined: the work tells it as it begins.
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

/** Bytes a second since the beginning. */
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
  // With a hidden cursor or no line wrapping it would have to catch Ctrl-C to undo that, and then not end the program.
  const settings = { clearOnComplete: true, hideCursor: false, linewrap: null, gracefulExit: false };
  const bar = new SingleBar({ ...settings, format, barsize: 30 }, Presets.shades_classic);
  bar.start(total, 0, { now: formatBytes(0), rate: '' });
  return bar;
}
