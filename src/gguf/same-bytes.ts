/** Compares byte ranges of two files in constant memory. */

import type { RandomAccess } from '../io/decode-loop.js';

/** A range of a file. */
export interface Stretch {
  source: RandomAccess;
  /** Bytes from the start of the file. */
  offset: number;
  byteLength: number;
}

/** Bytes of each file compared at a time. */
const AT_ONCE = 256 * 1024;

/** A file that ends before its range does equals no other. */
export function sameBytes(a: Stretch, b: Stretch): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const room = Math.min(AT_ONCE, a.byteLength);
  const [ofA, ofB] = [Buffer.allocUnsafe(room), Buffer.allocUnsafe(room)];
  for (let done = 0; done < a.byteLength; ) {
    const count = Math.min(room, a.byteLength - done);
    if (!fill(a, done, ofA, count) || !fill(b, done, ofB, count)) return false;
    if (ofA.compare(ofB, 0, count, 0, count) !== 0) return false;
    done += count;
  }
  return true;
}

/** All bytes of a range, or null if the file ends before it. The caller limits its length. */
export function bytesOf(stretch: Stretch): Buffer | null {
  const bytes = Buffer.allocUnsafe(stretch.byteLength);
  return fill(stretch, 0, bytes, bytes.length) ? bytes : null;
}

function fill({ source, offset }: Stretch, from: number, target: Buffer, count: number): boolean {
  for (let done = 0; done < count; ) {
    const read = source.readAt(target, done, count - done, offset + from + done);
    if (read === 0) return false;
    done += read;
  }
  return true;
}
