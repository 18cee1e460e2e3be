/**
 * Two arrays of metadata, item by item, in constant memory: a vocabulary of 262,144 tokens of which one is another one is told from
 * its equal. Arrays of equal bytes are equal without a look at their items.
 */

import { type HeaderBytes, type ItemRun, readItems } from './array-items.js';
import type { MetadataArray, MetadataValue } from './metadata.js';
import { sameBytes } from './same-bytes.js';

/** A place at which two arrays differ; undefined on the side of one that has ended before it. */
export interface ItemDifference {
  index: number;
  before: MetadataValue | undefined;
  after: MetadataValue | undefined;
}

export interface ArrayDifference {
  /** Places that differ, those that only one of them has included. */
  count: number;
  /** The first few of them. */
  first: readonly ItemDifference[];
}

export interface ArrayOfHeader {
  header: HeaderBytes;
  array: MetadataArray;
}

/** Differences that are told one by one. */
const MOST_TOLD = 4;

/** Items that are decoded together. */
const RUN = 8192;

/** Which of two values of the same or of another type count as the same. */
export type SameValue = (a: MetadataValue, b: MetadataValue) => boolean;

/** Compares two arrays. `same` judges their items; text that is no UTF-8 is compared by its bytes. */
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

/** The items behind the first `done`, the next of which begins at `offset`: those that the header kept, or decoded again. */
function runFrom({ header, array }: ArrayOfHeader, done: number, offset: number, inMemory: boolean): ItemRun {
  if (inMemory) return { items: array.items.slice(done, done + RUN), offsets: [] };
  return readItems(header, array, offset, Math.max(0, Math.min(RUN, array.count - done)));
}

/** Whether equal bytes are needed for equal values: lengths are as wide and numbers are written the same way around. */
export function sameLayout({ file: a }: HeaderBytes, { file: b }: HeaderBytes): boolean {
  return a.littleEndian === b.littleEndian && (a.version === 1) === (b.version === 1);
}

function equalBytes(a: ArrayOfHeader, b: ArrayOfHeader): boolean {
  if (a.array.count !== b.array.count) return false;
  return sameBytes({ ...a.array, source: a.header.source }, { ...b.array, source: b.header.source });
}

/** Values that are the same as far as they are kept need a look at their bytes where not all is kept or kept as it is. */
function isCertain(...values: readonly MetadataValue[]): boolean {
  return values.every((value) => {
    if (typeof value === 'string') return !value.includes('\uFFFD');
    return (
      typeof value !== 'object' ||
      (value.kind === 'array' && value.items.length === value.count && isCertain(...value.items))
    );
  });
}

/** The bytes of an item; of a string those behind its length, which versions and byte orders write in their own way. */
function contentOf({ file, source }: HeaderBytes, offsets: readonly number[], i: number) {
  const lengthBytes = file.version === 1 ? 4 : 8;
  const offset = (offsets[i] as number) + lengthBytes;
  return { source, offset, byteLength: (offsets[i + 1] as number) - offset };
}
