/**
 * The drivers: they run a decoder over a window and refill the window from where the bytes are. A source of known size is
 * read at positions, so what the decoder skips is never read; a stream is taken as it comes, in pieces of any size.
 */

import { type Steps, WINDOW_BYTES, Window } from './window.js';

/** Something of known size that can be read at any place without waiting: an open file, or bytes in memory. */
export interface RandomAccess {
  /** Bytes in all. */
  readonly size: number;
  /** Copies up to `length` bytes from `position` into `target` at `at`; returns how many there were, 0 at the end. */
  readAt(target: Buffer, at: number, length: number, position: number): number;
}

/** A decoder as a function of the window that it reads from. */
export type Decoder<T> = (window: Window) => Steps<T>;

/** Runs a decoder over a source that can be read at any place. Reads at most one window past the decoder's last field. */
export function decodeAt<T>(
  source: RandomAccess,
  decoder: Decoder<T>,
  window = new Window(Math.max(64, Math.min(WINDOW_BYTES, source.size)), source.size),
): T {
  const steps = decoder(window);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    window.makeRoom(step.value);
    window.base += window.position;
    window.position = 0;
    while (window.limit < step.value && !window.ended) {
      const { bytes, limit, base } = window;
      const count = source.readAt(bytes, limit, bytes.length - limit, base + limit);
      window.limit += count;
      // A source that shrank while it was read ends here, whatever size it announced.
      if (count === 0) window.ended = true;
    }
  }
}

/**
 * Runs a decoder over bytes as they arrive, and ends the stream when the decoder has what it wants.
 * `size` is the number of bytes that the stream will bring, where that is known beforehand.
 */
export async function decodeStream<T>(
  chunks: AsyncIterable<Uint8Array>,
  decoder: Decoder<T>,
  size?: number | undefined,
): Promise<T> {
  const window = new Window(WINDOW_BYTES, size);
  const steps = decoder(window);
  const iterator = chunks[Symbol.asyncIterator]();
  let arrived: Uint8Array = new Uint8Array(0);
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      window.makeRoom(step.value);
      while (window.limit - window.position < step.value && !window.ended) {
        if (arrived.length === 0) {
          const next = await iterator.next();
          if (next.done) window.ended = true;
          else arrived = next.value;
        } else if (window.position > 0) {
          const skipped = Math.min(arrived.length, window.position);
          arrived = arrived.subarray(skipped);
          window.base += skipped;
          window.position -= skipped;
        } else {
          const taken = arrived.subarray(0, window.bytes.length - window.limit);
          window.bytes.set(taken, window.limit);
          window.limit += taken.length;
          arrived = arrived.subarray(taken.length);
        }
      }
    }
  } finally {
    await iterator.return?.();
  }
}
