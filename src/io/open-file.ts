/**
 * Opens files for reading, in one place. A process may only have a limited number of files open. When the limit is reached, other files are
 * often about to be closed, so opening is retried for a short time. If it still fails, the environment is at fault, never the file.
 */

import { closeSync, constants, createReadStream, open, openSync, statSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { ExplainedError } from '../explained-error.js';
import { requireReach } from './reach.js';

/** The limit of open files is reached, which says nothing about the file that was to be opened. */
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

/** Whether an error means too many open files; also recognizes an error from another thread, which loses its class. */
export function saysTooManyOpenFiles(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_INIT_FAILED') return /\bE[MN]FILE\b/.test(message);
  return ['EMFILE', 'ENFILE', 'too-many-open-files'].includes(code ?? '');
}

/** Milliseconds before each further attempt: about two seconds in total. */
const WAITS = [5, 10, 20, 40, 80, 160, 320, 640, 640];

/** Opens a file synchronously. Throws the system's error (with `code`), TooManyOpenFiles, and OutOfReach. */
export function openNow(path: string, flags: number): number {
  requireReach(path);
  for (const wait of WAITS) {
    try {
      return openSync(path, flags);
    } catch (error) {
      if (!saysTooManyOpenFiles(error)) throw error;
      // Other threads may close files meanwhile.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
    }
  }
  throw new TooManyOpenFiles();
}

/** The asynchronous version, which lets other work continue, such as closing a file. */
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

/** Options for reading a file or a pipe from start to end. */
export interface ChunkReading {
  chunkBytes?: number | undefined;
  /** Ends the reading, even of a pipe that receives nothing. */
  signal?: AbortSignal | undefined;
}

/**
 * The bytes of a file or a pipe as they arrive; of standard input if `input` is null. A path is opened when the first bytes are requested,
 * and a descriptor is closed after the last. Standard input is read through Node's own stream, because that does not block a thread while a
 * pipe receives nothing, which would keep the process from exiting.
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

/** Paths that are currently being read. */
const reading = new Set<string>();

/**
 * Waits for work in a thread that may read this path, and registers the path so that `releasePipes` knows about it: the thread's own list
 * is not accessible.
 */
export async function whileReading<T>(path: string, work: Promise<T>): Promise<T> {
  reading.add(path);
  try {
    return await work;
  } finally {
    reading.delete(path);
  }
}

/** For a process that is to exit before its inputs end: unblocks reads of named pipes. */
export function releasePipes(): void {
  for (const path of reading) releasePipe(path);
}

/**
 * A named pipe without a writer, or whose writer writes nothing, blocks a thread of Node in a system call, and the process cannot
 * exit before that returns. Writing a byte unblocks it.
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
    // The path does not exist, or the pipe may not be written to, or it is full; in the last case there is data to read.
  }
}

/** Whether the process can currently open this many more files. */
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
