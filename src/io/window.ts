/**
 * The window: the part of the input that is in memory, and the position in it where the next field starts.
 *
 * A decoder is a generator over a window. It takes fields from the available bytes without waiting and yields only when they run out; the
 * yielded number is how many contiguous bytes it needs at the current position. The driver (decode-loop.ts) refills the window from a file,
 * a pipe or a network response and resumes it. So one decoder serves every source, and the result cannot depend on how the bytes were
 * split. This folder knows nothing about GGUF.
 */

import { type FastLoop, makeFastLoop } from './fast-loop.js';

/** A decoder: yields the number of contiguous bytes that it needs next, and returns its result. */
export type Steps<T> = Generator<number, T, void>;

/** How many bytes of an input of known size a decoder keeps in memory; also the maximum that it reads past its last field. */
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
  /** The bytes in memory; `bytes[0]` is byte `base` of the input. Only `bytes[0 … limit)` contains input. */
  bytes: Buffer;
  view: DataView;
  base = 0;
  limit = 0;
  /** Index of the next field. It may be beyond `limit` after a skip; the driver then seeks without reading. */
  position = 0;
  /** Size of the whole input, if known before its end is reached. */
  size: number | undefined;
  /** Whether no more bytes follow `limit`. */
  ended = false;
  littleEndian = true;

  /** The fast loop for these bytes; undefined after the window had to grow. */
  fastLoop: FastLoop | undefined;

  /** `capacity`: bytes that the window holds, until a field needs more; `fast`: whether it gets its own fast loop. */
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

  /** Bytes between the next field and the end of the input; Infinity if the size is unknown. */
  get remaining(): number {
    return this.size === undefined ? Number.POSITIVE_INFINITY : this.size - this.offset;
  }

  /**
   * Drops the bytes before the next field and makes room for `count` bytes after it. Afterwards the position is 0, or, if the decoder has
   * skipped past everything that was read, the distance still to skip, with an empty window.
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
   * Waits until `count` contiguous bytes are available at the position. Throws EndOfInput if the input is shorter. A generator costs more
   * than reading a field, so callers check `available` first: `if (window.available < 8) yield* window.need(8, 'length')`.
   */
  *need(count: number, what: string): Steps<void> {
    if (this.limit - this.position >= count) return;
    if (!this.ended && this.remaining >= count) yield count;
    if (this.limit - this.position < count) {
      // If the input has ended, its real end is known; the announced size may have been wrong.
      const inputEnd = this.ended ? this.base + this.limit : (this.size ?? this.base + this.limit);
      throw new EndOfInput(this.offset, what, count, inputEnd);
    }
  }

  /** Takes 4 available bytes as an unsigned integer. */
  takeU32(): number {
    const value = this.view.getUint32(this.position, this.littleEndian);
    this.position += 4;
    return value;
  }

  /** Takes 8 available bytes as a length, count or offset. Throws NumberTooLarge above 2^53 - 1. */
  takeU64(what: string): number {
    const { view, position, littleEndian } = this;
    const high = view.getUint32(position + (littleEndian ? 4 : 0), littleEndian);
    if (high > 0x1f_ffff) throw new NumberTooLarge(this.offset, what, view.getBigUint64(position, littleEndian));
    this.position += 8;
    return high * 0x1_0000_0000 + view.getUint32(position + (littleEndian ? 0 : 4), littleEndian);
  }

  /**
   * Skips `count` bytes without requesting them. Throws EndOfInput if the input is known to be shorter; for an input of unknown size, this
   * shows at the next field, or at `need(0)`.
   */
  skip(count: number, what: string): void {
    if (count > this.remaining) throw new EndOfInput(this.offset, what, count, this.size as number);
    this.position += count;
  }
}
