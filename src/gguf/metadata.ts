/**
 * The second section (specification, `gguf_metadata_kv_t`): key-value pairs. Values of fixed size and short strings are kept. For a long
 * string or array only the position, the length and a few items to show are kept: a vocabulary of 262,144 tokens is skipped, not decoded,
 * and code that needs it reads it from its position.
 */

import { skipItemsFast } from '../io/prefixed-items.js';
import type { Steps } from '../io/window.js';
import { MAX_NESTING } from './limits.js';
import type { Reader } from './reader.js';
import { type Scalar, VALUE_TYPES, type ValueTypeName } from './value-types.js';

/** A string too long to keep: its beginning, and its position in the file. */
export interface LongString {
  kind: 'long-string';
  head: string;
  /** Offset of its first byte, and total bytes. */
  offset: number;
  byteLength: number;
}

/** An array: its item type and position. `items` are all items if `items.length === count`, else the first few. */
export interface MetadataArray {
  kind: 'array';
  itemType: ValueTypeName;
  count: number;
  items: readonly MetadataValue[];
  /** Offset of its first item, and total bytes of all items. */
  offset: number;
  byteLength: number;
}

export type MetadataValue = Scalar | string | LongString | MetadataArray;

export interface MetadataEntry {
  key: string;
  /**
   * The bytes of a key that is not valid UTF-8, with one character (0 to 255) for each byte; `key` has U+FFFD instead of the invalid ones.
   */
  rawKey?: string;
  type: ValueTypeName;
  value: MetadataValue;
  /** Offset of the entry (of its key's length), and bytes of key, type and value together. */
  offset: number;
  byteLength: number;
}

/** Reads one key-value pair. */
export function* readEntry(reader: Reader, index: number): Steps<MetadataEntry> {
  const { window } = reader;
  const { offset } = window;
  reader.item = { list: 'metadata entry', index, name: undefined };
  if (window.available < reader.lengthBytes) yield* window.need(reader.lengthBytes, 'length of key');
  const keyBytes = reader.takeShortLength('key');
  if (window.available < keyBytes + 4) yield* window.need(keyBytes + 4, 'key and value type');
  const key = reader.takeText(keyBytes, 'key');
  const rawKey = reader.rawBytes(keyBytes);
  reader.item.name = key;
  const row = takeValueType(reader);
  reader.whole = reader.keepWhole(key);
  const value = yield* readValue(reader, row, 0);
  const entry = { key, type: row.name, value, offset, byteLength: window.offset - offset };
  return rawKey === undefined ? entry : { ...entry, rawKey };
}

type Row = (typeof VALUE_TYPES)[number];

function takeValueType(reader: Reader): Row {
  const { offset } = reader.window;
  const id = reader.window.takeU32();
  const row = VALUE_TYPES[id];
  if (row === undefined) {
    const hint = 'everything before it was valid, so the file is probably damaged here';
    throw reader.error(
      'unknown-value-type',
      offset,
      `a value type from 0 to ${VALUE_TYPES.length - 1}`,
      String(id),
      hint,
    );
  }
  return row;
}

/** Reads a value of a known type; `depth` is the number of enclosing arrays. */
export function* readValue(reader: Reader, row: Row, depth: number): Steps<MetadataValue> {
  if (row.name === 'string') return yield* readString(reader);
  if (row.name === 'array') return yield* readArray(reader, depth);
  const { window } = reader;
  if (window.available < row.bytes) yield* window.need(row.bytes, `${row.name} value`);
  const value = row.read(window);
  if (row.name === 'bool') reader.checkBool();
  window.position += row.bytes;
  return value;
}

function* readString(reader: Reader): Steps<string | LongString> {
  const { window } = reader;
  if (window.available < reader.lengthBytes) yield* window.need(reader.lengthBytes, 'length of string');
  const byteLength = reader.takeByteLength('string');
  if (reader.keepsString(byteLength)) {
    if (window.available < byteLength) yield* window.need(byteLength, 'string');
    return reader.takeText(byteLength, 'string');
  }
  const { offset } = window;
  const headBytes = reader.headToKeep(byteLength);
  yield* window.need(headBytes, 'string');
  // A character that was cut decodes to U+FFFD, which is not a fault of the file.
  const head = window.bytes.toString('utf8', window.position, window.position + headBytes).replace(/\uFFFD$/, '');
  window.skip(byteLength, 'string');
  return { kind: 'long-string', head, offset, byteLength };
}

function* readArray(reader: Reader, depth: number): Steps<MetadataArray> {
  const { window, lengthBytes } = reader;
  if (depth >= MAX_NESTING) {
    throw reader.error(
      'nesting-too-deep',
      window.offset,
      `arrays nested at most ${MAX_NESTING} deep`,
      'one more level',
    );
  }
  if (window.available < 4 + lengthBytes) yield* window.need(4 + lengthBytes, 'array item type and length');
  const row = takeValueType(reader);
  const countOffset = window.offset;
  const count = reader.takeLength('array length');
  const leastBytes = row.bytes || (row.name === 'string' ? lengthBytes : 4 + lengthBytes);
  reader.checkLength(count, count * leastBytes, countOffset, 'array');

  const { offset } = window;
  const kept = reader.itemsToKeep(count);
  const items: MetadataValue[] = [];
  for (let i = 0; i < kept; i++) items.push(yield* readValue(reader, row, depth + 1));
  if (row.bytes > 0) window.skip((count - kept) * row.bytes, 'array');
  else if (row.name === 'string') yield* skipStrings(reader, count - kept);
  else for (let i = kept; i < count; i++) yield* readArray(reader, depth + 1);
  return { kind: 'array', itemType: row.name, count, items, offset, byteLength: window.offset - offset };
}

/** Skips strings without decoding them. */
function* skipStrings(reader: Reader, count: number): Steps<void> {
  const { window, lengthBytes } = reader;
  for (let left = count; left > 0; left--) {
    if (lengthBytes === 8) left -= skipItemsFast(window, left);
    if (left === 0) return;
    // A string that is not entirely in the window, longer than 4 GiB, or from version 1.
    if (window.available < lengthBytes) yield* window.need(lengthBytes, 'length of string');
    window.skip(reader.takeByteLength('string'), 'string');
  }
}
