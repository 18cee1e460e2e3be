/**
 * The empty parts of a file: runs of zero bytes across tensor data and the padding between tensors, as an unfinished download leaves them.
 * Positions count through all files of the model, like `TensorData.position`.
 */

import type { BlockSource } from '../io/block-source.js';
import { readBytes } from './read-blocks.js';
import type { SizedData } from './tensor-data.js';
import { type ByteRun, SHORTEST_RUN, type ZeroRuns } from './values/zero-runs.js';

/** Maximum gap between two tensors that counts as padding: larger than any alignment in use. */
const MOST_PADDING = 4096;

/** Joins runs of zeros that continue in the next tensor. `runs` has one item for each tensor, in the same order. */
export function joinedRanges(
  tensors: readonly SizedData[],
  runs: readonly (ZeroRuns | undefined)[],
): readonly ByteRun[] {
  const order = [...tensors.keys()].sort(
    (a, b) => (tensors[a] as SizedData).position - (tensors[b] as SizedData).position,
  );
  const found: ByteRun[] = [];
  let end = -1;
  for (const index of order) {
    const { position, bytes } = tensors[index] as SizedData;
    for (const { from, to } of runs[index]?.runs ?? []) {
      const last = found.at(-1);
      const goesOn = from === 0 && last?.to === end && position >= end && position - end <= MOST_PADDING;
      if (goesOn) (last as { to: number }).to = position + to;
      else found.push({ from: position + from, to: position + to });
    }
    if (bytes > 0) end = position + bytes;
  }
  return found.filter(({ from, to }) => to - from >= SHORTEST_RUN);
}

const PORTION = 1024 * 1024;

/** Finds the full extent of zero runs by reading on from known places inside them. Overlapping runs are read once. */
export class ZeroRanges {
  readonly found: ByteRun[] = [];
  /** Bytes read for this. */
  bytes = 0;
  readonly #source: BlockSource;
  readonly #within: ByteRun;
  readonly #room = Buffer.alloc(PORTION);
  readonly #zeros = Buffer.alloc(PORTION);

  /** Only reads inside `within`. */
  constructor(source: BlockSource, within: ByteRun) {
    this.#source = source;
    this.#within = within;
  }

  has(position: number): boolean {
    return this.found.some(({ from, to }) => position >= from && position < to);
  }

  /** `known` is a run of zeros. */
  async add(known: ByteRun): Promise<void> {
    if (this.has(known.from)) return;
    const to = await this.#forwards(known.to);
    const from = await this.#backwards(known.from);
    this.found.push({ from, to });
  }

  async #forwards(start: number): Promise<number> {
    let at = start;
    for (let step = FIRST_STEP; at < this.#within.to; step = Math.min(PORTION, 8 * step)) {
      const room = await this.#read(at, Math.min(step, this.#within.to - at));
      if (room.length === 0) break;
      const same = room.equals(this.#zeros.subarray(0, room.length));
      if (!same) return at + room.findIndex((byte) => byte !== 0);
      at += room.length;
    }
    return at;
  }

  async #backwards(start: number): Promise<number> {
    let at = start;
    for (let step = FIRST_STEP; at > this.#within.from; step = Math.min(PORTION, 8 * step)) {
      const from = Math.max(this.#within.from, at - step);
      const room = await this.#read(from, at - from);
      const last = room.equals(this.#zeros.subarray(0, room.length)) ? -1 : room.findLastIndex((byte) => byte !== 0);
      if (last >= 0 || room.length === 0) return from + last + 1;
      at = from;
    }
    return at;
  }

  async #read(position: number, length: number): Promise<Buffer> {
    const target = this.#room.subarray(0, length);
    const count = await readBytes(this.#source, target, position);
    this.bytes += count;
    return target.subarray(0, count);
  }
}

/** Reads little at first, because most runs end near where they were seen. */
const FIRST_STEP = 4096;
