/** Ctrl-C as a request to stop: work ends early and tells what it has found. A second one ends the program as usual. */

export interface Interruption {
  signal: AbortSignal;
  /** Ctrl-C ends the program again. */
  over(): void;
}

export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once('SIGINT', stop);
  return { signal: controller.signal, over: () => process.removeListener('SIGINT', stop) };
}
