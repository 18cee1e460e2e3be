/**
 * Indexes of the largest numbers. Ties, such as the zeros that relu leaves, are broken as in llama.cpp on a CPU: by a heap of the first
 * numbers in which a later, larger one replaces the smallest (`std::partial_sort` of libstdc++).
 */

/** Indexes of the `count` largest of `values`, in no particular order. */
export function largest(values: ArrayLike<number>, count: number): number[] {
  const heap = Array.from({ length: Math.min(count, values.length) }, (_, place) => place);
  const value = (place: number) => values[place] as number;
  const before = (a: number, b: number) => value(a) > value(b);
  for (let hole = Math.floor((heap.length - 2) / 2); hole >= 0; hole--) sift(heap, hole, heap[hole] as number, before);
  for (let place = heap.length; place < values.length && heap.length > 0; place++) {
    if (before(place, heap[0] as number)) sift(heap, 0, place, before);
  }
  return heap;
}

/**
 * Inserts an index into a heap whose root, the smallest, is at `hole`: moves down along the smaller child to the end, then up to its
 * position.
 */
function sift(heap: number[], hole: number, place: number, before: (a: number, b: number) => boolean): void {
  const top = hole;
  let at = hole;
  let child = 2 * at + 2;
  for (; child < heap.length; child = 2 * at + 2) {
    if (before(heap[child] as number, heap[child - 1] as number)) child--;
    heap[at] = heap[child] as number;
    at = child;
  }
  if (child === heap.length) {
    heap[at] = heap[child - 1] as number;
    at = child - 1;
  }
  for (let parent = (at - 1) >> 1; at > top && before(heap[parent] as number, place); parent = (at - 1) >> 1) {
    heap[at] = heap[parent] as number;
    at = parent;
  }
  heap[at] = place;
}
