/**
 * The window: the stretch of input that is in memory, and the place in it where the next field starts.
 *
 * A decoder is a generator over a window. It takes fields from the bytes at hand without waiting and yields only when they
 * run out: the number it yields says how many bytes it wants in one piece at the current position. Whoever drives it
 * (drive.ts) refills the window from a file, a pipe or a network body and resumes it. So one decoder serves every source,
 * and the result cannot depend on how the bytes were cut. This folder has never heard of GGUF.
 */

import { type FastLoop, makeFastLoop } from './fast-loop.js';

/** A decoder: yields the number of contiguous bytes it needs next, returns its result. */
export type Steps<T> = Generator<number, T, void>;

/** How many bytes of an input of known size a decoder keeps in memory; also the most that it reads past its last field. */
export const WINDOW_BYTES = 256 * 1024;

/** The input ended where a field was expected. Offsets are bytes from the start of the input. */
export class EndOfInput extends Error {
  override readonly name = 'EndOfInput';
  readonly offset: number;
  readonly what: string;
  readonly needed: number;
  readonly inputEnd: number;

  constructor(offset: number, what: string, needed: number, inputEnd: number) {
    super(`input ends at byte ${inputEnd}, inside ${what} at byte ${offset}`);
    this.offset = offset;
    this.what = what;
    this.needed = needed;
    this.inputEnd = inputEnd;
  }
}

/** A 64-bit length or count above 2^53 - 1, which no real input can have. */
export class NumberTooLarge extends Error {
  override readonly name = 'NumberTooLarge';
  readonly offset: number;
  readonly what: string;
  readonly value: bigint;

  constructor(offset: number, what: string, value: bigint) {
    super(`${what} at byte ${offset} is ${value}`);
    this.offset = offset;
    this.what = what;
    this.value = value;
  }
}

export class Window {
  /** The bytes in memory; `bytes[0]` is the byte `base` of the input. Only `bytes[0 … limit)` hold input. */
  bytes: Buffer;
  view: DataView;
  base = 0;
  limit = 0;
  /** Index of the next field. It may lie beyond `limit` after a skip: the driver then moves on without reading. */
  position = 0;
  /** Size of the whole input, if it is known before the end is seen. */
  size: number | undefined;
  /** No more bytes will come after `limit`. */
  ended = false;
  littleEndian = true;

  /** The loop that can run over these bytes; none after the window had to grow. */
  fastLoop: FastLoop | undefined;

  /** `capacity` is the bytes that it holds at once, until a field needs more; `fast`: whether it is worth its own fast loop. */
  constructor(capacity: number, size: number | undefined, fast = true) {
    this.fastLoop = fast ? makeFastLoop(capacity) : undefined;
    this.bytes = this.fastLoop
      ? Buffer.from(this.fastLoop.memory.buffer, 0, capacity)
      : Buffer.allocUnsafeSlow(capacity);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    this.size = size;
  }

  /** Offset of the next field from the start of the input. */
  get offset(): number {
    return this.base + this.position;
  }

  /** Bytes between the next field and the end of the input; Infinity where the size is not known. */
  get remaining(): number {
    return this.size === undefined ? Number.POSITIVE_INFINITY : this.size - this.offset;
  }

  /**
   * Drops what lies before the next field and makes the memory large enough for `count` bytes behind it. Afterwards the
   * position is 0, or, where the decoder has skipped past all that was read, the distance to go with an empty window.
   */
  makeRoom(count: number): void {
    const kept = this.bytes.subarray(Math.min(this.position, this.limit), this.limit);
    const dropped = this.limit - kept.length;
    if (count > this.bytes.length) {
      this.fastLoop = undefined;
      this.bytes = Buffer.allocUnsafeSlow(count);
      this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    }
    this.bytes.set(kept);
    this.limit = kept.length;
    this.base += dropped;
    this.position -= dropped;
  }

  /** Bytes in memory from the next field on; negative after a skip past them. */
  get available(): number {
    return this.limit - this.position;
  }

  /**
   * Waits until `count` bytes stand in one piece at the position. Throws EndOfInput where the input is shorter. A generator costs
   * more than reading a field, so callers ask `available` first: `if (window.available < 8) yield* window.need(8, 'length')`.
   */
  *need(count: number, what: string): Steps<void> {
    if (this.limit - this.position >= count) return;
    if (!this.ended && this.remaining >= count) yield count;
    if (this.limit - this.position < count) {
      // An input that has ended tells where; the size that was announced may have been another one.
      const inputEnd = this.ended ? this.base + this.limit : (this.size ?? this.base + this.limit);
      throw new EndOfInput(this.offset, what, count, inputEnd);
    }
  }

  /** Takes 4 bytes that are there as an unsigned integer. */
  takeU32(): number {
    const value = this.view.getUint32(this.position, this.littleEndian);
    this.position += 4;
    return value;
  }

  /** Takes 8 bytes that are there as a length, count or offset. Throws NumberTooLarge above 2^53 - 1. */
  takeU64(what: string): number {
    const { view, position, littleEndian } = this;
    const high = view.getUint32(position + (littleEndian ? 4 : 0), littleEndian);
    if (high > 0x1f_ffff) throw new NumberTooLarge(this.offset, what, view.getBigUint64(position, littleEndian));
    this.position += 8;
    return high * 0x1_0000_0000 + view.getUint32(position + (littleEndian ? 0 : 4), littleEndian);
  }

  /**
   * Moves over `count` bytes without asking for them. Throws EndOfInput where the input is known to be shorter; an input of
   * unknown size shows it at the next field, or at `need(0)`.
   */
  skip(count: number, what: string): void {
    if (count > this.remaining) throw new EndOfInput(this.offset, what, count, this.size as number);
    this.position += count;
  }
}
