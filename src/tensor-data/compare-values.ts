/**
 * How far the numbers of two models are from each other, tensor by tensor, whatever their formats: the error that quantizing made, or the
 * change of a fine-tune. Both files are read side by side in pieces of equally many numbers, so memory is the same for any size.
 */

import { dequantizer } from '../formats/dequantize.js';
import type { TensorType } from '../formats/tensor-types.js';
import { beforeAbort } from '../io/before-abort.js';
import type { BlockSource } from '../io/block-source.js';
import type { TensorPair } from '../model/compare-tensors.js';
import type { ModelTensor } from '../model/model.js';
import type { NotScanned } from './value-tensors.js';
import { differenceSums, type ValueDifference } from './values/difference-sums.js';
import { CHUNK_VALUES, plainKernels, type ValueKernels } from './values/plain-kernels.js';
import { loadKernels, simdKernels } from './values/simd-kernels.js';

/** One of the two files. */
export interface ComparedSide {
  littleEndian: boolean;
  blocks: BlockSource;
  /** Whether it can only be read forwards. At most one of the two is. */
  forwards: boolean;
}

export interface CompareValuesOptions {
  /** Path of the built kernels; without them it takes longer. */
  kernels?: string | undefined;
  /** Ends the comparison early, with what was found so far. */
  signal?: AbortSignal | undefined;
  /** Is told, before it begins, how many bytes there are to read of both files. */
  onBegin?: ((bytes: number) => void) | undefined;
  /** Is told the bytes that have been read so far. */
  onProgress?: ((bytes: number) => void) | undefined;
}

export interface ValuesComparison {
  /** Whether all pairs were looked at: false after an early end. */
  complete: boolean;
  compared: ReadonlyMap<TensorPair, ValueDifference>;
  /** Pairs that could not be compared, and why. */
  left: ReadonlyMap<TensorPair, NotScanned>;
  /** Bytes of both files that were read. */
  bytes: number;
}

/** Numbers of each tensor that are read at once: a whole number of blocks of any type. Of the widest type they just fill the room. */
const PORTION_VALUES = 16 * CHUNK_VALUES;

/** Portions without looking at what else has happened. */
const PORTIONS_WITHOUT_PAUSE = 16;

/** Compares tensors of the same shape. Rejects with the error of whatever is read. */
export async function compareValues(
  before: ComparedSide,
  after: ComparedSide,
  pairs: readonly TensorPair[],
  { kernels, signal, onBegin, onProgress }: CompareValuesOptions = {},
): Promise<ValuesComparison> {
  const program = kernels === undefined ? undefined : loadKernels(kernels);
  const make = () => (program === undefined ? plainKernels() : simdKernels(program));
  const readers = [new SideReader(before, make()), new SideReader(after, make())] as const;
  const left = new Map<TensorPair, NotScanned>();
  const wanted = inReadingOrder(pairs, after).filter((pair) => {
    const why = whyNot(pair.before, before) ?? whyNot(pair.after, after);
    if (why !== undefined) left.set(pair, why);
    return why === undefined;
  });
  onBegin?.(wanted.reduce((sum, pair) => sum + bytesOf(pair.before) + bytesOf(pair.after), 0));
  const compared = new Map<TensorPair, ValueDifference>();
  let bytes = 0;
  let portions = 0;

  for (const pair of wanted) {
    if (signal?.aborted) break;
    if (readers[0].hasPassed(pair.before) || readers[1].hasPassed(pair.after)) {
      left.set(pair, 'overlapping');
      continue;
    }
    const sums = differenceSums();
    const { elements } = pair.before;
    let whole = true;
    for (let at = 0; at < elements && whole && !signal?.aborted; at += PORTION_VALUES) {
      const count = Math.min(PORTION_VALUES, elements - at);
      const reading = Promise.all([readers[0].read(pair.before, at, count), readers[1].read(pair.after, at, count)]);
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

function bytesOf({ bytes }: ModelTensor): number {
  return bytes ?? 0;
}

/** As the bytes lie in the one that goes only forwards, else in the first. */
function inReadingOrder(pairs: readonly TensorPair[], { forwards }: ComparedSide): TensorPair[] {
  const side = forwards ? 'after' : 'before';
  return [...pairs].sort((a, b) => a[side].fileOffset - b[side].fileOffset);
}

function whyNot({ elements, type, dimensions }: ModelTensor, { littleEndian }: ComparedSide): NotScanned | undefined {
  if (elements === 0) return 'empty';
  if (type === undefined || dequantizer(type, littleEndian) === undefined) return 'no-float-form';
  return (dimensions[0] ?? 1) % type.blockElements === 0 ? undefined : 'uneven-rows';
}

/** Reads portions of the tensors of a file and turns them into numbers. */
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

  /** Whether a stream has gone past the beginning of a tensor. */
  hasPassed({ fileOffset }: ModelTensor): boolean {
    return this.side.forwards && fileOffset < this.end;
  }

  /** Reads so many numbers from the one at index `at` on; false where the file ends before they do. */
  async read({ type, fileOffset }: ModelTensor, at: number, count: number): Promise<boolean> {
    const known = type as TensorType;
    if (known !== this.type) {
      this.type = known;
      this.dequantize = this.kernels.dequantizer(known, this.side.littleEndian) as SideReader['dequantize'];
    }
    const { blocks } = this.side;
    const position = fileOffset + bytesFor(known, at);
    this.portionBytes = bytesFor(known, count);
    this.end = position + this.portionBytes;
    const target = this.kernels.room.subarray(0, this.portionBytes);
    const read = blocks.readNow === undefined ? await blocks.read(target, position) : blocks.readNow(target, position);
    return read === target.length;
  }

  /** The numbers from index `at` of the portion on; they hold until the next call. */
  values(at: number, count: number): Float32Array {
    const type = this.type as TensorType;
    this.dequantize(bytesFor(type, at), count / type.blockElements);
    return this.kernels.values;
  }
}

/** Of a whole number of blocks. */
function bytesFor({ blockElements, blockBytes }: TensorType, elements: number): number {
  return (elements / blockElements) * blockBytes;
}
