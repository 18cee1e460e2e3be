/** Work on many things, a bounded number of them at once; what comes next is asked for only when there is room for it. */

/**
 * Resolves when all is done. Rejects with the first failure, of the work or of what brings the things; what is under way then is
 * finished before, and nothing more is asked for.
 */
export async function atOnce<T>(
  things: AsyncIterable<T>,
  most: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  try {
    for await (const thing of things) {
      const piece: Promise<void> = work(thing)
        .catch(fail)
        .finally(() => underWay.delete(piece));
      underWay.add(piece);
      if (underWay.size >= most) await Promise.race(underWay);
      if (failure !== undefined) break;
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure.error;
}
