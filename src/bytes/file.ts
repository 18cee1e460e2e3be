/** An open file as a source. It is opened for reading only. */

import { closeSync, fstatSync, readSync } from 'node:fs';
import type { RandomAccess } from './drive.js';
import { openNow } from './open-file.js';

/** An open file; `close` gives the descriptor back. */
export interface FileSource extends RandomAccess {
  close(): void;
}

/** Opens a file for reading. Throws the system's error (with `code`) where that fails, and EISDIR for a folder. */
export function openFile(path: string): FileSource {
  const descriptor = openNow(path);
  try {
    const status = fstatSync(descriptor);
    if (status.isDirectory()) throw Object.assign(new Error(`${path} is a folder`), { code: 'EISDIR' });
    return {
      // A sparse file can claim more than a number holds exactly, and no data is there.
      size: Math.min(status.size, Number.MAX_SAFE_INTEGER),
      readAt: (target, at, length, position) => readSync(descriptor, target, at, length, position),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
