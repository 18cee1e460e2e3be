/**
 * Reads the long lists of a vocabulary (pieces, merges, scores, kinds) from their positions in the header. A vocabulary of 262,144 tokens
 * with its merges has three quarters of a million strings: they are sliced from one buffer, without the generator that decodes the header.
 */

import type { HeaderBytes } from '../gguf/array-items.js';
import type { MetadataArray } from '../gguf/metadata.js';
import { TokenizerError } from './tokenizer-error.js';

/** The largest list in published models has half a million merges in 10 MB; a hostile one must not exhaust the memory. */
const MAX_LIST_ITEMS = 2_000_000;
const MAX_LIST_BYTES = 64 * 1024 * 1024;

/**
 * All strings of a list. Bytes that are not valid UTF-8 become U+FFFD. Throws TokenizerError for a list that is too long or does not
 * contain strings.
 */
export function readStrings(header: HeaderBytes, key: string, array: MetadataArray): string[] {
  if (array.itemType !== 'string') throw wrongItems(key, 'strings', array);
  const bytes = readBytes(header, key, array);
  const { littleEndian, version } = header.file;
  const wide = version !== 1;
  const strings = new Array<string>(array.count);
  let at = 0;
  for (let i = 0; i < array.count; i++) {
    if (at + (wide ? 8 : 4) > bytes.length) throw changed(key);
    // The upper half of a 64-bit length is zero, because the header was decoded and the list is below the cap.
    const length = littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(wide ? at + 4 : at);
    at += wide ? 8 : 4;
    if (at + length > bytes.length) throw changed(key);
    strings[i] = bytes.toString('utf8', at, at + length);
    at += length;
  }
  return strings;
}

/** All numbers of a list of f32, i32 or u32. Throws TokenizerError for a list that is too long or contains something else. */
export function readNumbers(header: HeaderBytes, key: string, array: MetadataArray): Float64Array {
  const { itemType, count } = array;
  if (itemType !== 'f32' && itemType !== 'i32' && itemType !== 'u32')
    throw wrongItems(key, 'f32 or i32 numbers', array);
  const bytes = readBytes(header, key, array);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { littleEndian } = header.file;
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    if (itemType === 'f32') numbers[i] = view.getFloat32(i * 4, littleEndian);
    else numbers[i] = itemType === 'i32' ? view.getInt32(i * 4, littleEndian) : view.getUint32(i * 4, littleEndian);
  }
  return numbers;
}

/** The bytes of a list of u8 or i8. */
export function readByteList(header: HeaderBytes, key: string, array: MetadataArray): Buffer {
  if (array.itemType !== 'u8' && array.itemType !== 'i8') throw wrongItems(key, 'bytes', array);
  return readBytes(header, key, array);
}

function readBytes({ source }: HeaderBytes, key: string, { count, byteLength, offset }: MetadataArray): Buffer {
  if (count > MAX_LIST_ITEMS || byteLength > MAX_LIST_BYTES) {
    const message = `${key} has ${count} items in ${byteLength} bytes, more than the limit for vocabularies`;
    throw new TokenizerError('unusable-vocabulary', message);
  }
  const bytes = Buffer.allocUnsafe(byteLength);
  for (let done = 0; done < byteLength; ) {
    const read = source.readAt(bytes, done, byteLength - done, offset + done);
    if (read === 0) throw changed(key);
    done += read;
  }
  return bytes;
}

function wrongItems(key: string, wanted: string, { itemType }: MetadataArray): TokenizerError {
  return new TokenizerError('unusable-vocabulary', `${key} is a list of ${itemType} and not of ${wanted}`);
}

function changed(key: string): TokenizerError {
  return new TokenizerError('unusable-vocabulary', `${key} has changed since the header was read`);
}
