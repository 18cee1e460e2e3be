/** Runs work on many things, a limited number at a time. The next thing is only requested when there is room for it. */

/**
 * Yields the result for each thing, in the order in which the work is done. Throws the first failure, of the work or of the source of
 * things: running work finishes first, and nothing more is requested. After an abort nothing is waited for.
 */
export async function* inParallel<T, Result>(
  things: AsyncIterable<T> | Iterable<T>,
  most: number,
  work: (thing: T) => Promise<Result>,
  signal?: AbortSignal | undefined,
): AsyncGenerator<Result, void, void> {
  const source = iteratorOf(things);
  const underWay = new Set<Promise<void>>();
  const done: Result[] = [];
  let failure: { error: unknown } | undefined;
  let taking: Promise<void> | undefined;
  let ended = false;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  const begin = (thing: T): void => {
    const piece: Promise<void> = work(thing)
      .then((result) => void done.push(result), fail)
      .finally(() => underWay.delete(piece));
    underWay.add(piece);
  };
  const take = async (): Promise<void> => {
    try {
      const next = await source.next();
      ended = next.done === true;
      if (next.done !== true && failure === undefined) begin(next.value);
    } catch (error) {
      ended = true;
      fail(error);
    } finally {
      taking = undefined;
    }
  };
  const { aborted, forget } = abortOf(signal);
  try {
    for (;;) {
      if (!ended && failure === undefined && underWay.size < most) taking ??= take();
      for (const result of done.splice(0)) yield result;
      const awaited = failure === undefined && taking !== undefined ? [...underWay, taking] : [...underWay];
      if (awaited.length > 0) await Promise.race([...awaited, aborted]);
      else if (done.length === 0) break;
    }
    if (failure !== undefined) throw (failure as { error: unknown }).error;
  } finally {
    forget();
    const rest = ended ? undefined : source.return?.();
    // The source may be in the middle of a wait, so its end is not awaited.
    if (taking !== undefined || signal?.aborted) void Promise.resolve(rest).catch(() => undefined);
    else await rest;
    if (!signal?.aborted) await Promise.all(underWay);
  }
}

function iteratorOf<T>(things: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in things ? things[Symbol.asyncIterator]() : things[Symbol.iterator]();
}

/** A promise that is rejected on abort, for a race; call `forget` when it is no longer needed. */
export function abortOf(signal: AbortSignal | undefined): { aborted: Promise<never>; forget: () => void } {
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason);
  });
  aborted.catch(() => undefined);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  return { aborted, forget: () => signal?.removeEventListener('abort', abort) };
}
