/**
 * The drivers run a decoder over a window and refill the window from the source. A source of known size is read at positions, so bytes that
 * the decoder skips are never read; a stream is read as it arrives, in pieces of any size.
 */

import { ExplainedError } from '../explained-error.js';
import { type Steps, WINDOW_BYTES, Window } from './window.js';

/** A source of known size that can be read synchronously at any position: an open file, or bytes in memory. */
export interface RandomAccess {
  /** Total size in bytes. */
  readonly size: number;
  /** Copies up to `length` bytes from `position` into `target` at `at`; returns how many were copied, 0 at the end. */
  readAt(target: Buffer, at: number, length: number, position: number): number;
}

/** A decoder as a function of the window that it reads from. */
export type Decoder<T> = (window: Window) => Steps<T>;

/** Runs a decoder over a source with random access. Reads at most one window past the decoder's last field. */
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
      // A source that shrank during reading ends here, regardless of the size it reported.
      if (count === 0) window.ended = true;
    }
  }
}

/**
 * Runs a decoder over bytes as they arrive, and ends the stream when the decoder is done. `size` is the total size of the stream in bytes,
 * if known.
 */
export async function decodeStream<T>(
  chunks: AsyncIterable<Uint8Array>,
  decoder: Decoder<T>,
  size?: number | undefined,
): Promise<T> {
  const stream = new ForwardStream(chunks);
  try {
    return await stream.decode(decoder, size);
  } finally {
    await stream.close();
  }
}

/**
 * Bytes that arrive once and in order: standard input, a pipe, a response body. A decoder consumes the start of the stream; the rest can be
 * read in blocks, each after the one before, or counted to the end of the stream.
 */
export class ForwardStream {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #mostKept: number;
  readonly #kept: Uint8Array[] = [];
  /** Total number of bytes that have arrived. */
  #bytes = 0;
  /** Bytes in the decoder's window that it did not use. */
  #window: Uint8Array = NOTHING;
  /** Bytes that arrived after the window and are not used yet. */
  #arrived: Uint8Array = NOTHING;
  /** The stream position of the first byte of these two. */
  #at = 0;
  #reading: Promise<unknown> = Promise.resolve();

  /** `mostKept`: the maximum number of the decoder's bytes to keep for later; 0 keeps none. */
  constructor(chunks: AsyncIterable<Uint8Array>, mostKept = 0) {
    this.#iterator = chunks[Symbol.asyncIterator]();
    this.#mostKept = mostKept;
  }

  /**
   * Runs a decoder over the start of the stream, once. `size` is the total size of the stream in bytes, if known. Throws the decoder's
   * errors, and ExplainedError (`header-too-long`) if there are more bytes than can be kept.
   */
  async decode<T>(decoder: Decoder<T>, size?: number): Promise<T> {
    const window = new Window(WINDOW_BYTES, size);
    const steps = decoder(window);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        this.#window = window.bytes.subarray(Math.min(window.position, window.limit), window.limit);
        this.#at = window.base + Math.min(window.position, window.limit);
        return step.value;
      }
      window.makeRoom(step.value);
      while (window.limit - window.position < step.value && !window.ended) {
        if (this.#arrived.length === 0) {
          if (await this.#next()) this.#keep();
          else window.ended = true;
        } else if (window.position > 0) {
          const skipped = Math.min(this.#arrived.length, window.position);
          this.#arrived = this.#arrived.subarray(skipped);
          window.base += skipped;
          window.position -= skipped;
        } else {
          const taken = this.#arrived.subarray(0, window.bytes.length - window.limit);
          window.bytes.set(taken, window.limit);
          window.limit += taken.length;
          this.#arrived = this.#arrived.subarray(taken.length);
        }
      }
    }
  }

  /** The bytes that arrived while the decoder ran, if they are kept. */
  get kept(): Uint8Array {
    return Buffer.concat(this.#kept);
  }

  /**
   * Fills `target` with the bytes from `position` on, which must not have been consumed yet; returns how many there were before the end.
   */
  read(target: Uint8Array, position: number): Promise<number> {
    const result = this.#reading.then(() => this.#take(target, position));
    this.#reading = result.catch(() => undefined);
    return result;
  }

  /** Reads the rest to find the size of the stream. Stops early if there are more than `most` bytes. */
  async drain(most = Number.POSITIVE_INFINITY): Promise<number> {
    while (this.#bytes <= most && (await this.#next()));
    return this.#bytes;
  }

  /** Ends the stream, after reads in progress. */
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #next(): Promise<boolean> {
    const next = await this.#iterator.next();
    if (next.done) return false;
    this.#arrived = next.value;
    this.#bytes += next.value.length;
    return true;
  }

  #keep(): void {
    if (this.#mostKept === 0) return;
    if (this.#bytes > this.#mostKept) {
      const message = `its header is longer than ${this.#mostKept} bytes, too long to be kept from a stream`;
      throw new ExplainedError('header-too-long', message, 'save it to a file first');
    }
    this.#kept.push(this.#arrived);
  }

  async #take(target: Uint8Array, position: number): Promise<number> {
    if (position < this.#at) throw new Error(`byte ${position} of the stream has passed; it is at byte ${this.#at}`);
    let done = 0;
    while (done < target.length) {
      if (this.#window.length > 0)
        [this.#arrived, this.#window] = [Buffer.concat([this.#window, this.#arrived]), NOTHING];
      if (this.#arrived.length === 0 && !(await this.#next())) break;
      const skipped = Math.min(this.#arrived.length, position + done - this.#at);
      const taken = skipped > 0 ? 0 : Math.min(this.#arrived.length, target.length - done);
      target.set(this.#arrived.subarray(0, taken), done);
      done += taken;
      this.#at += skipped + taken;
      this.#arrived = this.#arrived.subarray(skipped + taken);
    }
    return done;
  }
}

const NOTHING = new Uint8Array(0);
