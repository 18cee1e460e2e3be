/**
 * Synchronizes two threads that read the same file: neither may run far ahead, or a file larger than the machine's memory would be read
 * from the disk twice.
 */

/** How many chunks one thread may be ahead; they fit into the file cache of any machine that runs models. */
const MOST_AHEAD = 512;

/** How many chunks each thread has done: first the main thread, then the other. */
export type Pace = Int32Array<SharedArrayBuffer>;

export function makePace(): Pace {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** Counts a chunk of the main thread; resolves when the other thread is near enough, or `isOver` says that it has ended. */
export async function keepPace(pace: Pace, isOver: () => boolean): Promise<void> {
  const done = Atomics.add(pace, 0, 1) + 1;
  Atomics.notify(pace, 0);
  while (done - Atomics.load(pace, 1) > MOST_AHEAD && !isOver()) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The same for the other thread, which may block. */
export function keepPaceStanding(pace: Pace): void {
  const done = Atomics.add(pace, 1, 1) + 1;
  for (let first = Atomics.load(pace, 0); done - first > MOST_AHEAD; first = Atomics.load(pace, 0)) {
    Atomics.wait(pace, 0, first);
  }
}
