/** Work on many things, a bounded number of them at once; what comes next is asked for only when there is room for it. */

/**
 * Gives what the work makes of each thing, in the order in which it is done. Throws the first failure, of the work or of what brings the
 * things; what is under way then is finished before and nothing more is asked for. After an abort nothing is waited for.
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
    // Whatever brings the things may be in the middle of a wait: nobody waits for that.
    if (taking !== undefined || signal?.aborted) void Promise.resolve(rest).catch(() => undefined);
    else await rest;
    if (!signal?.aborted) await Promise.all(underWay);
  }
}

function iteratorOf<T>(things: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in things ? things[Symbol.asyncIterator]() : things[Symbol.iterator]();
}

/** A promise that an abort rejects, to be raced with; `forget` when nobody does any more. */
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
