/** Work on many things, a bounded number of them at once; what comes next is asked for only when there is room for it. */

/** Resolves when all is done. Rejects with the first failure, and asks for nothing more then. */
export async function atOnce<T>(
  things: AsyncIterable<T>,
  most: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  for await (const thing of things) {
    const piece: Promise<void> = work(thing)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => underWay.delete(piece));
    underWay.add(piece);
    if (underWay.size >= most) await Promise.race(underWay);
    if (failure !== undefined) break;
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure.error;
}
