/** A queue of neighboring pairs that could be merged: best first, ties leftmost first. */

/** Two symbols by index from left to right, and their total length when they were queued. */
export interface Pair {
  left: number;
  right: number;
  length: number;
  /** Larger is better. */
  score: number;
}

/** A binary heap. */
export class MergeQueue {
  private readonly heap: Pair[] = [];

  push(pair: Pair): void {
    const { heap } = this;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Pair;
      if (!comesFirst(pair, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = pair;
  }

  /** Removes and returns the best pair; undefined if the queue is empty. */
  pop(): Pair | undefined {
    const { heap } = this;
    const best = heap[0];
    const last = heap.pop();
    if (best === undefined || last === undefined || heap.length === 0) return best;
    let at = 0;
    for (let child = 1; child < heap.length; child = at * 2 + 1) {
      const other = heap[child + 1];
      if (other !== undefined && comesFirst(other, heap[child] as Pair)) child++;
      const below = heap[child] as Pair;
      if (!comesFirst(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return best;
  }
}

function comesFirst(a: Pair, b: Pair): boolean {
  return a.score > b.score || (a.score === b.score && a.left < b.left);
}
