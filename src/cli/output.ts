/**
 * Writing to the terminal or the pipe, straight to the descriptor: Node's own stream for standard output takes longer to set up than
 * a header takes to read. A reader that has gone away (`| head`) is success, not an error.
 */

import { writeSync } from 'node:fs';
import { UsageError } from './usage-error.js';

/** The other end of the pipe is closed: nothing more can be said, and nothing is wrong. */
export class ClosedPipe extends Error {
  override readonly name = 'ClosedPipe';
}

const STDOUT = 1;
const STDERR = 2;

let written = false;

/** Whether any of the product has been written. */
export function hasWritten(): boolean {
  return written;
}

/** Writes the product. Throws ClosedPipe where nobody reads it any more. */
export function writeOut(text: string | Uint8Array): void {
  if (text.length > 0) written = true;
  writeAll(STDOUT, typeof text === 'string' ? Buffer.from(text) : text);
}

/** Writes the product in pieces, a good many at a time. */
export function writePieces(pieces: Iterable<string>): void {
  let gathered = '';
  for (const piece of pieces) {
    gathered += piece;
    if (gathered.length < WRITE_AT_ONCE) continue;
    writeOut(gathered);
    gathered = '';
  }
  writeOut(gathered);
}

/** Characters gathered before they are written. */
const WRITE_AT_ONCE = 65_536;

/** Writes what is not the product: errors, progress. */
export function writeErr(text: string): void {
  try {
    writeAll(STDERR, Buffer.from(text));
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error;
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') throw new ClosedPipe();
      if (code !== 'EAGAIN') throw new UsageError('output-failed', `the output cannot be written (${code})`);
      // The parent made the pipe non-blocking and it is full: sleep a little and offer the rest again.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
