/**
 * Compares the metadata of two files key by key: what was added, removed, or has another type or value. If a key is repeated, the first
 * entry counts, as in llama.cpp. Values that the header does not keep are compared in the files.
 */

import type { HeaderBytes } from './array-items.js';
import { type ArrayDifference, compareArrays, sameLayout } from './compare-arrays.js';
import type { GgufFile } from './decode.js';
import { exactKey } from './exact-text.js';
import type { LongString, MetadataArray, MetadataEntry, MetadataValue } from './metadata.js';
import { bytesOf, sameBytes } from './same-bytes.js';

/** A header and the bytes that it was read from. */
export interface ReadHeader extends HeaderBytes {
  file: GgufFile;
}

export interface MetadataDifference {
  change: 'added' | 'removed' | 'changed' | 'retyped';
  before?: MetadataEntry;
  after?: MetadataEntry;
  /** For entries of different types: whether their values are equal nevertheless. */
  sameValue?: boolean;
  /** For two arrays. */
  items?: ArrayDifference;
  /** For two strings: both texts, or null if one of them is too long. */
  texts?: { before: string; after: string } | null;
}

/** Maximum length of a string that is read entirely to show where it changed, and the maximum total of such strings. */
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_TEXTS_BYTES = 8 * 1024 * 1024;

/** Bytes of long strings that may still be read. */
interface Room {
  bytes: number;
}

/**
 * All differences: first keys of the first file in its order, then keys that only the second has. Keys for which `ignored` returns true are
 * omitted.
 */
export function compareMetadata(
  a: ReadHeader,
  b: ReadHeader,
  ignored: (key: string) => boolean = () => false,
): MetadataDifference[] {
  const [before, after] = [firstOfEach(a.file), firstOfEach(b.file)];
  const differences: MetadataDifference[] = [];
  const room: Room = { bytes: MAX_TEXTS_BYTES };
  for (const [key, entry] of before) {
    if (ignored(entry.key)) continue;
    const other = after.get(key);
    const difference: MetadataDifference | null =
      other === undefined ? { change: 'removed', before: entry } : compareEntries(a, entry, b, other, room);
    if (difference) differences.push(difference);
  }
  for (const [key, entry] of after) {
    if (!before.has(key) && !ignored(entry.key)) differences.push({ change: 'added', after: entry });
  }
  return differences;
}

function firstOfEach({ metadata }: GgufFile): Map<string, MetadataEntry> {
  const entries = new Map<string, MetadataEntry>();
  for (const entry of metadata) {
    const key = exactKey(entry);
    if (!entries.has(key)) entries.set(key, entry);
  }
  return entries;
}

function compareEntries(
  a: ReadHeader,
  before: MetadataEntry,
  b: ReadHeader,
  after: MetadataEntry,
  room: Room,
): MetadataDifference | null {
  const [x, y] = [before.value, after.value];
  if (isArray(x) && isArray(y)) {
    const retyped = x.itemType !== y.itemType;
    const items = compareArrays({ header: a, array: x }, { header: b, array: y }, retyped ? sameWords : sameValue);
    if (retyped) return { change: 'retyped', before, after, sameValue: items.count === 0, items };
    return items.count === 0 ? null : { change: 'changed', before, after, items };
  }
  if (before.type !== after.type) return { change: 'retyped', before, after, sameValue: sameWords(x, y) };
  if (before.type !== 'string') return sameValue(x, y) ? null : { change: 'changed', before, after };
  if (sameText(a, before, b, after)) return null;
  const texts = [textOf(a, before, room), textOf(b, after, room)];
  const whole = texts[0] != null && texts[1] != null ? { before: texts[0], after: texts[1] } : null;
  return { change: 'changed', before, after, texts: whole };
}

function isArray(value: MetadataValue): value is MetadataArray {
  return typeof value === 'object' && value.kind === 'array';
}

/** NaN equals NaN, and −0 does not equal 0. For long strings only the lengths are compared here; their bytes decide later. */
function sameValue(a: MetadataValue, b: MetadataValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
  if (a.kind === 'long-string' || b.kind === 'long-string') return a.kind === b.kind && a.byteLength === b.byteLength;
  if (a.itemType !== b.itemType || a.count !== b.count) return false;
  return a.items.every((item, i) => i >= b.items.length || sameValue(item, b.items[i] as MetadataValue));
}

/** Whether values of different types have the same text: 15 as u32 and as u64. */
function sameWords(a: MetadataValue, b: MetadataValue): boolean {
  const text = typeof a === 'string' || typeof b === 'string';
  if (typeof a === 'object' || typeof b === 'object' || text) return sameValue(a, b);
  return typeof a !== 'boolean' && typeof b !== 'boolean' && (Object.is(a, b) || String(a) === String(b));
}

function sameText(a: ReadHeader, before: MetadataEntry, b: ReadHeader, after: MetadataEntry): boolean {
  const [x, y] = [before.value, after.value];
  if (typeof x === 'string' && typeof y === 'string' && (x !== y || !x.includes('\uFFFD'))) return x === y;
  return sameBytes(contentOf(a, before), contentOf(b, after));
}

/** The bytes of a string value, which are at the end of its entry. */
function contentOf({ file, source }: ReadHeader, { key, rawKey, value, offset, byteLength }: MetadataEntry) {
  if (typeof value === 'object') return { source, offset: value.offset, byteLength: (value as LongString).byteLength };
  const lengthBytes = file.version === 1 ? 4 : 8;
  const before = 2 * lengthBytes + (rawKey?.length ?? Buffer.byteLength(key)) + 4;
  return { source, offset: offset + before, byteLength: byteLength - before };
}

function textOf(header: ReadHeader, entry: MetadataEntry, room: Room): string | null {
  if (typeof entry.value === 'string') return entry.value;
  const content = contentOf(header, entry);
  if (content.byteLength > Math.min(MAX_TEXT_BYTES, room.bytes)) return null;
  room.bytes -= content.byteLength;
  return bytesOf(content)?.toString() ?? null;
}

/** Whether two headers are identical byte for byte. */
export function sameHeaders(a: ReadHeader, b: ReadHeader): boolean {
  const stretchOf = ({ source, file }: ReadHeader) => ({ source, offset: 0, byteLength: file.headerBytes });
  return sameLayout(a, b) && sameBytes(stretchOf(a), stretchOf(b));
}
