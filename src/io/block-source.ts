/**
 * Large pieces of an input, read while something else is done: for work on tensor data, where the window of the header would be too
 * small and waiting for each read too slow. A file gives them from any place, a stream only further on.
 */

import { close, read, readSync } from 'node:fs';
import { openRegularFile } from './file.js';

/** An input that is read in blocks. Several reads may be under way at once; of a stream each must lie behind the one before. */
export interface BlockSource {
  /** Fills `target` with the bytes from `position` on; gives how many there were, fewer than it holds only at the end. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** The same without returning before it is done; only of sources that allow it. */
  readNow?(target: Uint8Array, position: number): number;
  /** Gives back what is open, once no read is under way. */
  close(): Promise<void>;
}

/** The blocks of a file. Throws the system's error (with `code`) where it cannot be opened. */
export function openBlocks(path: string): BlockSource & Required<Pick<BlockSource, 'readNow'>> {
  const descriptor = openRegularFile(path);
  return {
    async read(target, position) {
      let done = 0;
      while (done < target.length) {
        const count = await readSome(descriptor, target, done, position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    },
    readNow(target, position) {
      let done = 0;
      while (done < target.length) {
        const count = readSync(descriptor, target, done, target.length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    },
    close: () => new Promise((resolve) => close(descriptor, () => resolve())),
  };
}

function readSome(descriptor: number, target: Uint8Array, at: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, target, at, target.length - at, position, (error, count) =>
      error === null ? resolve(count) : reject(error),
    );
  });
}
