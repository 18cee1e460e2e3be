/**
 * Two threads that read the same file side by side: none may run far ahead of the other, or a file that is larger than the memory of
 * the machine would come from the disk twice.
 */

/** Chunks that one thread may be ahead of the other; they fit into the system's memory of any machine that runs models. */
const MOST_AHEAD = 512;

/** How many chunks each thread has done: the first number is this program's own thread, the second one the other. */
export type Pace = Int32Array<SharedArrayBuffer>;

export function makePace(): Pace {
  return new Int32Array(new SharedArrayBuffer(8));
}

/** Counts a chunk of this program's own thread; resolves when the other one is near enough, or `isOver` says that it never will be. */
export async function keepPace(pace: Pace, isOver: () => boolean): Promise<void> {
  const done = Atomics.add(pace, 0, 1) + 1;
  Atomics.notify(pace, 0);
  while (done - Atomics.load(pace, 1) > MOST_AHEAD && !isOver()) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The same for the other thread, which can stand still. */
export function keepPaceStanding(pace: Pace): void {
  const done = Atomics.add(pace, 1, 1) + 1;
  for (let first = Atomics.load(pace, 0); done - first > MOST_AHEAD; first = Atomics.load(pace, 0)) {
    Atomics.wait(pace, 0, first);
  }
}
