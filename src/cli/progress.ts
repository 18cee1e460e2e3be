/** A bar on the terminal for work that takes a while. Nothing is shown to pipes, nor for work that is soon done. */

import { formatBytes } from '../report/quantity.js';
import { isTerminal } from './terminal.js';

/** Work that is done sooner gets no bar. */
const PATIENCE_MILLISECONDS = 500;

export interface Progress {
  /** Tells how many bytes are done. */
  at(done: number): void;
  /** Takes the bar away. */
  stop(): void;
}

/** A bar for work on so many bytes, on standard error. */
export function progressOf(total: number): Progress {
  if (!isTerminal(2) || process.env.TERM === 'dumb') return { at: () => undefined, stop: () => undefined };
  const begun = Date.now();
  let bar: Bar | undefined;
  let state: 'waiting' | 'loading' | 'shown' | 'over' = 'waiting';
  return {
    at(done) {
      if (state === 'waiting' && Date.now() - begun > PATIENCE_MILLISECONDS) {
        state = 'loading';
        void makeBar(total).then((made) => {
          if (state === 'over') return made.stop();
          bar = made;
          state = 'shown';
        });
      }
      bar?.update(done, { now: formatBytes(done), rate: rateOf(done, begun) });
    },
    stop() {
      state = 'over';
      bar?.stop();
    },
  };
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
