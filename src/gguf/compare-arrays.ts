/**
 * Compares two metadata arrays item by item in constant memory: a single changed token in a vocabulary of 262,144 is found. Arrays with
 * equal bytes are equal without decoding their items.
 */

import { type HeaderBytes, type ItemRun, readItems } from './array-items.js';
import type { MetadataArray, MetadataValue } from './metadata.js';
import { sameBytes } from './same-bytes.js';

/** An index at which two arrays differ; a side is undefined if that array has ended before it. */
export interface ItemDifference {
  index: number;
  before: MetadataValue | undefined;
  after: MetadataValue | undefined;
}

export interface ArrayDifference {
  /** Number of differing indexes, including those that only one array has. */
  count: number;
  /** The first few of them. */
  first: readonly ItemDifference[];
}

export interface ArrayOfHeader {
  header: HeaderBytes;
  array: MetadataArray;
}

/** Maximum number of differences that are listed. */
const MOST_TOLD = 4;

/** Number of items decoded at a time. */
const RUN = 8192;

/** Whether two values, of the same or different types, count as equal. */
export type SameValue = (a: MetadataValue, b: MetadataValue) => boolean;

/** Compares two arrays. `same` judges their items; text that is not valid UTF-8 is compared by its bytes. */
export function compareArrays(a: ArrayOfHeader, b: ArrayOfHeader, same: SameValue): ArrayDifference {
  if (a.array.itemType === b.array.itemType && sameLayout(a.header, b.header) && equalBytes(a, b)) {
    return { count: 0, first: [] };
  }
  const shared = Math.min(a.array.count, b.array.count);
  const longer = Math.max(a.array.count, b.array.count);
  const inMemory = isCertain(a.array, b.array);
  const first: ItemDifference[] = [];
  let count = longer - shared;
  let [placeOfA, placeOfB] = [a.array.offset, b.array.offset];
  let done = 0;
  while (done < longer && (done < shared || first.length < MOST_TOLD)) {
    const runA = runFrom(a, done, placeOfA, inMemory);
    const runB = runFrom(b, done, placeOfB, inMemory);
    for (let i = 0; i < Math.max(runA.items.length, runB.items.length); i++) {
      const [before, after] = [runA.items[i], runB.items[i]];
      const both = before !== undefined && after !== undefined;
      if (both && same(before, after) && (isCertain(before, after) || equalContent(i))) continue;
      if (both) count++;
      if (first.length < MOST_TOLD) first.push({ index: done + i, before, after });
    }
    placeOfA = runA.offsets.at(-1) ?? placeOfA;
    placeOfB = runB.offsets.at(-1) ?? placeOfB;
    done += Math.max(runA.items.length, runB.items.length);

    function equalContent(i: number): boolean {
      return sameBytes(contentOf(a.header, runA.offsets, i), contentOf(b.header, runB.offsets, i));
    }
  }
  return { count, first };
}

/**
 * The items after the first `done`, the next of which begins at `offset`; they are taken from the header if it kept them, or decoded again.
 */
function runFrom({ header, array }: ArrayOfHeader, done: number, offset: number, inMemory: boolean): ItemRun {
  if (inMemory) return { items: array.items.slice(done, done + RUN), offsets: [] };
  return readItems(header, array, offset, Math.max(0, Math.min(RUN, array.count - done)));
}

/** Whether equal values have equal bytes: both files use the same length width and byte order. */
export function sameLayout({ file: a }: HeaderBytes, { file: b }: HeaderBytes): boolean {
  return a.littleEndian === b.littleEndian && (a.version === 1) === (b.version === 1);
}

function equalBytes(a: ArrayOfHeader, b: ArrayOfHeader): boolean {
  if (a.array.count !== b.array.count) return false;
  return sameBytes({ ...a.array, source: a.header.source }, { ...b.array, source: b.header.source });
}

/** Values whose kept parts are equal still need a comparison of their bytes, unless they were kept entirely and unchanged. */
function isCertain(...values: readonly MetadataValue[]): boolean {
  return values.every((value) => {
    if (typeof value === 'string') return !value.includes('\uFFFD');
    return (
      typeof value !== 'object' ||
      (value.kind === 'array' && value.items.length === value.count && isCertain(...value.items))
    );
  });
}

/** The bytes of an item; for a string, those after its length, whose form depends on version and byte order. */
function contentOf({ file, source }: HeaderBytes, offsets: readonly number[], i: number) {
  const lengthBytes = file.version === 1 ? 4 : 8;
  const offset = (offsets[i] as number) + lengthBytes;
  return { source, offset, byteLength: (offsets[i + 1] as number) - offset };
}
