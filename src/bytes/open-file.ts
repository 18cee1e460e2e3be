/**
 * Opening files for reading, in one place. A process may have so many files open and no more; when it has, others are often about to
 * be closed, so opening is tried again for a short time. What then still fails is a fault of the surroundings, never of the file.
 */

import { createReadStream, open, openSync } from 'node:fs';

/** No further file can be opened, which says nothing of the file that was wanted. */
export class TooManyOpenFiles extends Error {
  override readonly name = 'TooManyOpenFiles';
  readonly code = 'too-many-open-files';
  readonly hint = 'ulimit -n shows how many files a process may have open, and raises the limit';

  constructor() {
    super('no further file can be opened: as many as the system allows are open already');
  }
}

/** Whether an error says that no further file can be opened; also that of a thread, which has lost its class on the way. */
export function saysTooManyOpenFiles(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_INIT_FAILED') return /\bE[MN]FILE\b/.test(message);
  return ['EMFILE', 'ENFILE', 'too-many-open-files'].includes(code ?? '');
}

/** Milliseconds before each further attempt: about two seconds together. */
const WAITS = [5, 10, 20, 40, 80, 160, 320, 640, 640];

/** A descriptor at once. Throws the system's error (with `code`), and TooManyOpenFiles. */
export function openNow(path: string): number {
  for (const wait of WAITS) {
    try {
      return openSync(path, 'r');
    } catch (error) {
      if (!saysTooManyOpenFiles(error)) throw error;
      // Other threads close theirs meanwhile.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
    }
  }
  throw new TooManyOpenFiles();
}

/** The same without keeping others from their work, which may be to close a file. */
export async function openSoon(path: string): Promise<number> {
  for (const wait of WAITS) {
    try {
      return await new Promise<number>((resolve, reject) => {
        open(path, 'r', (error, descriptor) => (error === null ? resolve(descriptor) : reject(error)));
      });
    } catch (error) {
      if (!saysTooManyOpenFiles(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  throw new TooManyOpenFiles();
}

/** The bytes of a file or a pipe as they come, of standard input for null; opened when the first ones are asked for. */
export async function* fileChunks(path: string | null, chunkBytes?: number): AsyncGenerator<Buffer, void, void> {
  const fd = path === null ? 0 : await openSoon(path);
  yield* createReadStream('', { fd, ...(chunkBytes !== undefined && { highWaterMark: chunkBytes }) });
}
