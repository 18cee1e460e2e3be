/**
 * Measures the difference between the numbers of two models, tensor by tensor, whatever their formats: the error of quantizing, or the
 * change by fine-tuning. Both files are read in parallel, in pieces with the same count of numbers, so memory use does not depend on the
 * size.
 */

import type { TensorType } from '../formats/tensor-types.js';
import { beforeAbort } from '../io/before-abort.js';
import type { BlockSource } from '../io/block-source.js';
import type { TensorPair } from '../model/compare-tensors.js';
import type { Unreadable } from '../words/unreadable.js';
import { readBlocks } from './read-blocks.js';
import {
  type DataFile,
  isReadable,
  overlapsBeyondReason,
  type ReadableData,
  tensorDataOf,
  totalBytes,
} from './tensor-data.js';
import { differenceSums, type ValueDifference } from './values/difference-sums.js';
import { CHUNK_VALUES, plainKernels, type ValueKernels } from './values/plain-kernels.js';
import { loadKernels, simdKernels } from './values/simd-kernels.js';

/** One of the two files. */
export interface ComparedSide {
  file: DataFile;
  blocks: BlockSource;
  /** Whether it can only be read forwards; at most one side is. */
  forwards: boolean;
}

export interface CompareValuesOptions {
  /** Path of the built kernels; without them the comparison is slower. */
  kernels?: string | undefined;
  /** Ends the comparison early, with the results so far. */
  signal?: AbortSignal | undefined;
  /** Called before it begins with the number of bytes to read from both files. */
  onBegin?: ((bytes: number) => void) | undefined;
  /** Called with the number of bytes read so far. */
  onProgress?: ((bytes: number) => void) | undefined;
}

export interface ValuesComparison {
  /** Whether all pairs were compared: false after an early end. */
  complete: boolean;
  compared: ReadonlyMap<TensorPair, ValueDifference>;
  /** Pairs that could not be compared, and why. */
  left: ReadonlyMap<TensorPair, Unreadable>;
  /** Bytes read from both files. */
  bytes: number;
}

/** Numbers of each tensor read at a time: a whole number of blocks of any type. The widest type just fills the buffer. */
const PORTION_VALUES = 16 * CHUNK_VALUES;

/** Number of portions between pauses for other events. */
const PORTIONS_WITHOUT_PAUSE = 16;

/** Compares tensors of the same shape. Rejects with errors of the source. */
export async function compareValues(
  before: ComparedSide,
  after: ComparedSide,
  pairs: readonly TensorPair[],
  { kernels, signal, onBegin, onProgress }: CompareValuesOptions = {},
): Promise<ValuesComparison> {
  const program = kernels === undefined ? undefined : loadKernels(kernels);
  const make = () => (program === undefined ? plainKernels() : simdKernels(program));
  const readers = [new SideReader(before, make()), new SideReader(after, make())] as const;
  const left = new Map<TensorPair, Unreadable>();
  const wanted = comparable(pairs, before, after, left);
  onBegin?.(wanted.reduce((sum, { data }) => sum + totalBytes(data), 0));
  const compared = new Map<TensorPair, ValueDifference>();
  let bytes = 0;
  let portions = 0;

  for (const { pair, data } of wanted) {
    if (signal?.aborted) break;
    if (readers[0].hasPassed(data[0]) || readers[1].hasPassed(data[1])) {
      left.set(pair, 'overlapping');
      continue;
    }
    const sums = differenceSums();
    const { elements } = pair.before;
    let whole = true;
    for (let at = 0; at < elements && whole && !signal?.aborted; at += PORTION_VALUES) {
      const count = Math.min(PORTION_VALUES, elements - at);
      const reading = Promise.all([readers[0].read(data[0], at, count), readers[1].read(data[1], at, count)]);
      const there = await beforeAbort(reading, signal);
      if (there === undefined) break;
      whole = there[0] && there[1];
      if (whole) addPortion(count);
      bytes += readers[0].portionBytes + readers[1].portionBytes;
      if (++portions % PORTIONS_WITHOUT_PAUSE > 0) continue;
      onProgress?.(bytes);
      await new Promise(setImmediate);
    }
    if (signal?.aborted) break;
    if (whole) compared.set(pair, sums.take());
    else left.set(pair, 'data-missing');

    function addPortion(count: number): void {
      for (let at = 0; at < count; at += CHUNK_VALUES) {
        const some = Math.min(CHUNK_VALUES, count - at);
        sums.add(readers[0].values(at, some), readers[1].values(at, some), some);
      }
    }
  }
  return { complete: !signal?.aborted, compared, left, bytes };
}

/** A pair whose numbers can be read in both files. */
interface ComparablePair {
  pair: TensorPair;
  data: readonly [ReadableData, ReadableData];
}

/**
 * The comparable pairs, sorted by their position in the file that is only read forwards, else in the first file; `left` receives why the
 * others cannot be compared.
 */
function comparable(
  pairs: readonly TensorPair[],
  before: ComparedSide,
  after: ComparedSide,
  left: Map<TensorPair, Unreadable>,
): ComparablePair[] {
  const found: ComparablePair[] = [];
  for (const pair of pairs) {
    const [a, b] = [tensorDataOf(before.file, pair.before), tensorDataOf(after.file, pair.after)];
    if (isReadable(a) && isReadable(b)) found.push({ pair, data: [a, b] });
    else left.set(pair, (a.unreadable ?? b.unreadable) as Unreadable);
  }
  for (const [side, { file }] of [before, after].entries()) {
    const all = found.map(({ data }) => data[side] as ReadableData);
    if (!overlapsBeyondReason(all, file.size)) continue;
    for (const { pair } of found) left.set(pair, 'overlapping');
    return [];
  }
  const side = after.forwards ? 1 : 0;
  return found.sort((a, b) => a.data[side].position - b.data[side].position);
}

/** Reads portions of a file's tensors and dequantizes them. */
class SideReader {
  /** Bytes of the last portion. */
  portionBytes = 0;
  private readonly side: ComparedSide;
  private readonly kernels: ValueKernels;
  private type: TensorType | undefined;
  private dequantize: (from: number, blocks: number) => void = () => undefined;
  private end = 0;

  constructor(side: ComparedSide, kernels: ValueKernels) {
    this.side = side;
    this.kernels = kernels;
  }

  /** Whether a stream is already past the beginning of a tensor. */
  hasPassed({ position }: ReadableData): boolean {
    return this.side.forwards && position < this.end;
  }

  /** Reads `count` numbers from index `at` on; false if the file ends too early. */
  async read(data: ReadableData, at: number, count: number): Promise<boolean> {
    const { type, littleEndian, position } = data;
    if (type !== this.type) {
      this.type = type;
      this.dequantize = this.kernels.dequantizer(type, littleEndian) as SideReader['dequantize'];
    }
    this.portionBytes = bytesFor(type, count);
    this.end = position + bytesFor(type, at) + this.portionBytes;
    const target = this.kernels.room.subarray(0, this.portionBytes);
    return (await readBlocks(data, this.side.blocks, at / type.blockElements, target)) === target.length;
  }

  /** The numbers from index `at` of the portion on; valid until the next call. */
  values(at: number, count: number): Float32Array {
    const type = this.type as TensorType;
    this.dequantize(bytesFor(type, at), count / type.blockElements);
    return this.kernels.values;
  }
}

/** The bytes of `elements` numbers, which must be whole blocks. */
function bytesFor({ blockElements, blockBytes }: TensorType, elements: number): number {
  return (elements / blockElements) * blockBytes;
}
