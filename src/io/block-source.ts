/**
 * Reads large pieces of an input while other work goes on. It is for work on tensor data, where the header's window would be too small and
 * waiting for each read too slow. A file can be read at any position, a stream only forwards.
 */

import { close, read, readSync } from 'node:fs';
import { openRegularFile } from './file.js';

/** An input that is read in blocks. Several reads may be in progress at once; in a stream, each must lie after the one before. */
export interface BlockSource {
  /** Fills `target` with the bytes from `position` on; returns how many there were: fewer than `target` holds only at the end. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** The synchronous version; only some sources have it. */
  readNow?(target: Uint8Array, position: number): number;
  /** Releases the source, after reads in progress. */
  close(): Promise<void>;
}

/** The blocks of a file. Throws the system's error (with `code`) if it cannot be opened. */
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
