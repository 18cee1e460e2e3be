/**
 * Opening files for reading, in one place. A process may have so many files open and no more; when it has, others are often about to
 * be closed, so opening is tried again for a short time. What then still fails is a fault of the surroundings, never of the file.
 */

import { closeSync, constants, createReadStream, open, openSync, statSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { ExplainedError } from '../explained-error.js';
import { requireReach } from './reach.js';

/** No further file can be opened, which says nothing of the file that was wanted. */
export class TooManyOpenFiles extends ExplainedError<'too-many-open-files'> {
  constructor() {
    super(
      'too-many-open-files',
      'no more files can be opened: the process has reached the limit of the system',
      'ulimit -n shows and raises the number of files that a process may have open',
    );
  }

  override get blames(): 'request' {
    return 'request';
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

/** A descriptor at once. Throws the system's error (with `code`), TooManyOpenFiles, and OutOfReach. */
export function openNow(path: string, flags: number): number {
  requireReach(path);
  for (const wait of WAITS) {
    try {
      return openSync(path, flags);
    } catch (error) {
      if (!saysTooManyOpenFiles(error)) throw error;
      // Other threads close theirs meanwhile.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
    }
  }
  throw new TooManyOpenFiles();
}

/** The same without keeping others from their work, which may be to close a file. */
export async function openSoon(path: string, flags: number): Promise<number> {
  requireReach(path);
  for (const wait of WAITS) {
    try {
      return await new Promise<number>((resolve, reject) => {
        open(path, flags, (error, descriptor) => (error === null ? resolve(descriptor) : reject(error)));
      });
    } catch (error) {
      if (!saysTooManyOpenFiles(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  throw new TooManyOpenFiles();
}

/** How a file or a pipe is read from its start to its end. */
export interface ChunkReading {
  chunkBytes?: number | undefined;
  /** Ends the reading, also of a pipe that nothing comes from. */
  signal?: AbortSignal | undefined;
}

/**
 * The bytes of a file or a pipe as they come, of standard input for null; a path is opened when the first ones are asked for, and a
 * descriptor closed after the last. Standard input is read through Node's own stream: it does not hold a thread while a pipe brings
 * nothing, which would keep the process from ending.
 */
export async function* fileChunks(
  input: string | number | null,
  { chunkBytes, signal }: ChunkReading = {},
): AsyncGenerator<Buffer, void, void> {
  let stream: Readable | undefined;
  const path = typeof input === 'string' ? input : undefined;
  const abandon = () => {
    stream?.destroy();
    if (path !== undefined) releasePipe(path);
  };
  if (path !== undefined) reading.add(path);
  signal?.addEventListener('abort', abandon, { once: true });
  try {
    if (input === null) stream = process.stdin;
    else {
      const fd = typeof input === 'string' ? await openSoon(input, constants.O_RDONLY) : input;
      stream = createReadStream('', { fd, ...(chunkBytes !== undefined && { highWaterMark: chunkBytes }) });
    }
    yield* stream;
  } finally {
    signal?.removeEventListener('abort', abandon);
    if (path !== undefined) reading.delete(path);
  }
}

/** Paths that are being read to their end. */
const reading = new Set<string>();

/** Waits for work in a thread that may read this path: `releasePipes` then knows of it, as the thread's own list is out of reach. */
export async function whileReading<T>(path: string, work: Promise<T>): Promise<T> {
  reading.add(path);
  try {
    return await work;
  } finally {
    reading.delete(path);
  }
}

/** For a process that is to end before its inputs do: sets free what a named pipe holds. */
export function releasePipes(): void {
  for (const path of reading) releasePipe(path);
}

/**
 * A named pipe whose other end nobody has opened, or nobody writes to, holds a thread of Node in the system, and no process can end
 * before that: a byte from here sets it free.
 */
function releasePipe(path: string): void {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFIFO()) return;
    const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      writeSync(descriptor, '\n');
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // No path at all, or a pipe that may not be written to, or is full: there is something to read then.
  }
}

/** Whether the system gives this process so many more descriptors at present. */
export function mayOpen(count: number): boolean {
  const taken: number[] = [];
  try {
    while (taken.length < count) taken.push(openSync(process.execPath, 'r'));
    return true;
  } catch {
    return false;
  } finally {
    for (const descriptor of taken) closeSync(descriptor);
  }
}
