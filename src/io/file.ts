/**
 * Files on this disk, opened for reading only. Whatever is opened here is a regular file, or a link to one: what was found in a folder,
 * beside a shard or in a manifest may be a pipe, on which a program would wait for ever, or a device. A pipe that the user named is
 * a stream, and opened by whoever reads streams.
 */

import { closeSync, constants, fstatSync, readSync, type StatsBase, statSync } from 'node:fs';
import type { RandomAccess } from './decode-loop.js';
import { openNow, openSoon } from './open-file.js';

/** An open file; `close` gives the descriptor back. */
export interface FileSource extends RandomAccess {
  close(): void;
}

/** Why something that stands where a file should be cannot be read. Has `code` and `syscall` as errors of the system do. */
export class NotAFileError extends Error {
  readonly code = 'NOT_A_FILE';
  readonly syscall = 'open';
  /** Such as `a named pipe`. */
  readonly what: string;

  constructor(what: string) {
    super(`it is ${what}, not a file`);
    this.what = what;
  }
}

/** The system's flag by which opening never waits for another program; Windows has none, and no pipes in folders. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

/**
 * Opens a regular file and gives its descriptor, which the caller closes. Throws NotAFileError for everything else, and the system's
 * error (with `code`) where it cannot be opened. Looks before opening, as opening a device can set it going, and again afterwards,
 * as something else may have been put in its place.
 */
export function openRegularFile(path: string): number {
  requireRegular(statSync(path));
  return regular(openNow(path, constants.O_RDONLY | WITHOUT_WAITING));
}

/** The same where several files are read at once: while one waits for a descriptor, the others go on and close theirs. */
export async function openRegularFileSoon(path: string): Promise<number> {
  requireRegular(statSync(path));
  return regular(await openSoon(path, constants.O_RDONLY | WITHOUT_WAITING));
}

function regular(descriptor: number): number {
  try {
    requireRegular(fstatSync(descriptor));
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The error for what is no regular file; undefined for one that is. */
export function notAFile(status: StatsBase<number | bigint>): NotAFileError | undefined {
  return status.isFile() ? undefined : new NotAFileError(kindOf(status));
}

function requireRegular(status: StatsBase<number | bigint>): void {
  const error = notAFile(status);
  if (error !== undefined) throw error;
}

function kindOf(status: StatsBase<number | bigint>): string {
  if (status.isDirectory()) return 'a folder';
  if (status.isFIFO()) return 'a named pipe';
  if (status.isSocket()) return 'a socket';
  return 'a device';
}

/** Opens a file for reading. Throws as `openRegularFile` does. */
export function openFile(path: string): FileSource {
  const descriptor = openRegularFile(path);
  try {
    return {
      // A sparse file can claim more than a number holds exactly, and no data is there.
      size: Math.min(fstatSync(descriptor).size, Number.MAX_SAFE_INTEGER),
      readAt: (target, at, length, position) => readSync(descriptor, target, at, length, position),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The text of a small file; undefined where it has more than `most` bytes. Throws as `openRegularFile` does. */
export function readSmallFile(path: string, most: number): string | undefined {
  const { size, readAt, close } = openFile(path);
  try {
    if (size > most) return undefined;
    // One byte more tells of a file that grew, and files of the system that announce no size.
    const bytes = Buffer.alloc((size > 0 ? size : most) + 1);
    let filled = 0;
    while (filled < bytes.length) {
      const count = readAt(bytes, filled, bytes.length - filled, filled);
      if (count === 0) return bytes.toString('utf8', 0, filled);
      filled += count;
    }
    return undefined;
  } finally {
    close();
  }
}
