/** A wait that an abort ends, whatever it waits for: a server that sends nothing, a pipe that stays open. */

/** The promise's result; undefined if the signal is aborted first. If the promise rejects after that, the error is ignored. */
export async function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (signal === undefined) return await promise;
  promise.catch(() => undefined);
  let stop = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
  });
  signal.addEventListener('abort', stop);
  try {
    return signal.aborted ? undefined : await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
