/**
 * Large pieces of an input, read while something else is done: for work on tensor data, where the window of the header would be too
 * small and waiting for each read too slow. A file gives them from any place, a stream only further on.
 */

import { close, read, readSync } from 'node:fs';
import { type Decoder, decodeStream } from './decode-loop.js';
import { openRegularFile } from './file.js';
import type { Steps, Window } from './window.js';

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

/**
 * Runs a decoder over the start of a stream; what is behind the decoder's last field can be read in blocks. `size` is the number of
 * bytes that the stream will bring, where that is known beforehand.
 */
export async function decodeThenBlocks<T>(
  chunks: AsyncIterable<Uint8Array>,
  decoder: Decoder<T>,
  size?: number,
): Promise<{ value: T; blocks: BlockSource }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let last: Uint8Array = new Uint8Array(0);
  let given = 0;
  let rest: Uint8Array = last;
  let position = 0;
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const result = await iterator.next();
    if (!result.done) {
      last = result.value;
      given += last.length;
    }
    return result;
  };
  function* steps(window: Window): Steps<T> {
    const value = yield* decoder(window);
    // What the decoder has not used: the rest of its window, then the rest of the chunk that filled it last.
    const behindWindow = given - (window.base + window.limit);
    const parts = [window.bytes.subarray(window.position, window.limit), last.subarray(last.length - behindWindow)];
    rest = Buffer.concat(parts);
    position = window.offset;
    return value;
  }
  // Without `return` in the iterator, so that the decoder's end does not close the stream.
  try {
    const value = await decodeStream({ [Symbol.asyncIterator]: () => ({ next }) }, steps, size);
    return { value, blocks: streamBlocks(iterator, rest, position) };
  } catch (error) {
    await iterator.return?.();
    throw error;
  }
}

/** The blocks of a stream: `rest` has come already and begins at `position`. */
function streamBlocks(iterator: AsyncIterator<Uint8Array>, rest: Uint8Array, position: number): BlockSource {
  let arrived = rest;
  let at = position;
  let before: Promise<unknown> = Promise.resolve();

  async function take(target: Uint8Array, from: number): Promise<number> {
    if (from < at) throw new Error(`byte ${from} of the stream has passed; it is at byte ${at}`);
    let done = 0;
    while (done < target.length) {
      if (arrived.length === 0) {
        const next = await iterator.next();
        if (next.done) break;
        arrived = next.value;
      }
      const skipped = Math.min(arrived.length, from - at);
      const taken = skipped > 0 ? arrived.subarray(0, 0) : arrived.subarray(0, target.length - done);
      target.set(taken, done);
      done += taken.length;
      at += skipped + taken.length;
      from += taken.length;
      arrived = arrived.subarray(skipped + taken.length);
    }
    return done;
  }

  return {
    read(target, from) {
      const result = before.then(() => take(target, from));
      before = result.catch(() => undefined);
      return result;
    },
    async close() {
      await iterator.return?.();
    },
  };
}
