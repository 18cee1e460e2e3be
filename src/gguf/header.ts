/**
 * The first section of a GGUF file (specification, "File Structure"): magic, version, number of tensors, number of key-value pairs. The
 * file does not state its byte order; it is recognized by the version, which is a small number in only one order.
 */

import type { Steps } from '../io/window.js';
import { MAX_ENTRIES } from './limits.js';
import { LOOKALIKE_BYTES, lookalike, MAGIC } from './lookalike.js';
import type { Reader } from './reader.js';

export interface Counts {
  tensorCount: number;
  metadataCount: number;
}

const NEWEST_VERSION = 3;

/** Reads the fixed part; sets the reader's version and the window's byte order. */
export function* readCounts(reader: Reader): Steps<Counts> {
  const { window } = reader;
  yield* readMagic(reader);
  const versionOffset = window.offset;
  window.littleEndian = true;
  yield* window.need(4, 'version');
  let version = window.takeU32();
  if ((version & 0xffff) === 0 && version !== 0) {
    window.littleEndian = false;
    version = ((version >>> 24) | ((version >>> 8) & 0xff00)) >>> 0;
  }
  if (version < 1 || version > NEWEST_VERSION) {
    const hint =
      version > NEWEST_VERSION ? 'the file uses a newer version of the format, or is damaged here' : undefined;
    throw reader.error('unsupported-version', versionOffset, `version 1 to ${NEWEST_VERSION}`, String(version), hint);
  }
  reader.version = version;
  const tensorCount = yield* readCount(reader, 'number of tensors');
  const metadataCount = yield* readCount(reader, 'number of key-value pairs');
  return { tensorCount, metadataCount };
}

function* readMagic(reader: Reader): Steps<void> {
  const { window } = reader;
  if (window.size === undefined || window.size > 0) yield LOOKALIKE_BYTES;
  if (window.limit === 0) {
    throw reader.error(
      'empty-file',
      0,
      'a GGUF file',
      'no bytes at all',
      'the download did not begin; download the file again',
    );
  }
  const head = window.bytes.subarray(0, Math.min(window.limit, LOOKALIKE_BYTES));
  const magic = head.toString('latin1', 0, 4);
  if (magic !== MAGIC && !(head.length < 4 && MAGIC.startsWith(magic))) {
    const like = lookalike(head);
    const bytes = [...head.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw reader.error('not-gguf', 0, `the letters ${MAGIC}`, like?.looks ?? `the bytes ${bytes}`, like?.hint);
  }
  yield* window.need(4, 'magic');
  window.position += 4;
}

/**
 * The count is not compared with the remaining bytes, because nothing is allocated for it; a truncated file is reported where it is cut
 * off.
 */
function* readCount(reader: Reader, what: string): Steps<number> {
  const { window } = reader;
  const offset = window.offset;
  yield* window.need(reader.lengthBytes, what);
  const count = reader.takeLength(what);
  if (count > MAX_ENTRIES)
    throw reader.error('count-too-large', offset, `a ${what} up to ${MAX_ENTRIES}`, String(count));
  return count;
}
