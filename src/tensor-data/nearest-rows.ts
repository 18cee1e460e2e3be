/**
 * Finds the rows of a table most similar to given rows of it, by cosine similarity: 1 for the same direction, 0 for unrelated ones. The
 * whole table is read once, a few rows at a time.
 */

import type { BlockSource } from '../io/block-source.js';
import { numbersOf } from './read-blocks.js';
import type { ReadableData } from './tensor-data.js';
import { valueKernels } from './values/simd-kernels.js';

export interface Neighbor {
  row: number;
  /** The cosine, from -1 to 1. */
  similarity: number;
}

export interface NearestRowsOptions {
  /** Number of neighbors of each row. */
  count: number;
  /** Path of the built kernels; without them the search is slower. */
  kernels?: string | undefined;
  /** Called with the number of bytes read so far. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * For each of `vectors`, which are rows of the table, the nearest other rows: most similar first, ties by lower row number. A row of zeros
 * or with non-finite numbers has no neighbors and is not a neighbor. Rejects as `portionsOf` does.
 */
export async function nearestRows(
  table: ReadableData,
  source: BlockSource,
  vectors: readonly { row: number; numbers: Float32Array }[],
  { count, kernels, onProgress }: NearestRowsOptions,
): Promise<Neighbor[][]> {
  const { rowLength } = table;
  const lengths = vectors.map(({ numbers }) => Math.sqrt(dot(numbers, 0, numbers, rowLength)));
  const found = vectors.map((): Neighbor[] => []);
  const row = rowGatherer(rowLength);
  let bytes = 0;
  let index = 0;
  for await (const numbers of numbersOf(table, source, valueKernels(kernels))) {
    for (const { values, at } of row(numbers)) {
      const length = Math.sqrt(dot(values, at, values.subarray(at), rowLength));
      if (length > 0 && Number.isFinite(length)) {
        for (const [i, vector] of vectors.entries()) {
          if (vector.row === index || !(lengths[i]! > 0)) continue;
          const similarity = dot(values, at, vector.numbers, rowLength) / (length * (lengths[i] as number));
          if (!Number.isNaN(similarity)) keep(found[i] as Neighbor[], { row: index, similarity }, count);
        }
      }
      index++;
    }
    bytes += (numbers.length / table.type.blockElements) * table.type.blockBytes;
    onProgress?.(bytes);
  }
  return found;
}

/** Splits incoming numbers into whole rows; a row that spans two portions is assembled. */
function rowGatherer(rowLength: number) {
  const partly = new Float32Array(rowLength);
  let filled = 0;
  return function* (numbers: Float32Array): Generator<{ values: Float32Array; at: number }, void, void> {
    let at = 0;
    while (at < numbers.length) {
      if (filled === 0 && numbers.length - at >= rowLength) {
        yield { values: numbers, at };
        at += rowLength;
        continue;
      }
      const some = Math.min(rowLength - filled, numbers.length - at);
      partly.set(numbers.subarray(at, at + some), filled);
      filled += some;
      at += some;
      if (filled < rowLength) return;
      filled = 0;
      yield { values: partly, at: 0 };
    }
  };
}

/** In doubles, with four sums at a time: a single sum would wait for each addition. */
function dot(a: Float32Array, at: number, b: Float32Array, length: number): number {
  let [s, t, u, v] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    s += (a[at + i] as number) * (b[i] as number);
    t += (a[at + i + 1] as number) * (b[i + 1] as number);
    u += (a[at + i + 2] as number) * (b[i + 2] as number);
    v += (a[at + i + 3] as number) * (b[i + 3] as number);
  }
  for (; i < length; i++) s += (a[at + i] as number) * (b[i] as number);
  return s + t + (u + v);
}

/** Inserts a neighbor into the sorted list of the nearest so far. */
function keep(nearest: Neighbor[], one: Neighbor, most: number): void {
  if (nearest.length === most && one.similarity <= (nearest[most - 1]?.similarity ?? 2)) return;
  const place = nearest.findIndex(({ similarity }) => similarity < one.similarity);
  nearest.splice(place < 0 ? nearest.length : place, 0, one);
  if (nearest.length > most) nearest.pop();
}
