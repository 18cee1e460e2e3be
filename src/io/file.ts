/**
 * Local files, opened read-only. Only regular files, or links to them, are opened here: an entry in a folder, next to a shard or in a
 * manifest may be a pipe, on which a program would wait forever, or a device. A pipe that the user named is a stream, and is opened by the
 * code for streams.
 */

import { closeSync, constants, fstatSync, readSync, type StatsBase, statSync } from 'node:fs';
import type { RandomAccess } from './decode-loop.js';
import { openNow, openSoon } from './open-file.js';

/** An open file; `close` releases the descriptor. */
export interface FileSource extends RandomAccess {
  close(): void;
}

/** The entry is not a regular file, so it is not read. Has `code` and `syscall` like system errors. */
export class NotAFileError extends Error {
  readonly code = 'NOT_A_FILE';
  readonly syscall = 'open';
  /** What it is, such as `a named pipe`. */
  readonly what: string;

  constructor(what: string) {
    super(`it is ${what}, not a file`);
    this.what = what;
  }
}

/** The flag that prevents waiting for another program when opening; Windows does not have it, nor pipes in folders. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

/**
 * Opens a regular file and returns its descriptor, which the caller closes. Throws NotAFileError for anything else, and the system's error
 * (with `code`) if it cannot be opened. Checks before opening, because opening a device can start it, and again afterwards, because the
 * entry may have been replaced in between.
 */
export function openRegularFile(path: string): number {
  requireRegular(statSync(path));
  return regular(openNow(path, constants.O_RDONLY | WITHOUT_WAITING));
}

/** The same for reading several files at once: while one waits for a descriptor, the others continue and close theirs. */
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

/** The error for anything but a regular file; undefined for a regular file. */
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
      // A sparse file can report more bytes than a number holds exactly, but there is no data that far.
      size: Math.min(fstatSync(descriptor).size, Number.MAX_SAFE_INTEGER),
      readAt: (target, at, length, position) => readSync(descriptor, target, at, length, position),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The text of a small file; undefined if it has more than `most` bytes. Throws as `openRegularFile` does. */
export function readSmallFile(path: string, most: number): string | undefined {
  const { size, readAt, close } = openFile(path);
  try {
    if (size > most) return undefined;
    // One extra byte detects a file that grew, and system files that report size 0.
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
