/**
 * Whether tensors that two files describe alike hold the same bytes, by their sha256 digests. Both files are read at once, in pieces, and
 * streams only forwards, so memory is the same for any size.
 */

import { createHash } from 'node:crypto';
import type { BlockSource } from '../io/block-source.js';
import type { ContentDigests, TensorPair } from '../model/compare-tensors.js';
import type { ModelTensor } from '../model/model.js';

export interface DataComparison {
  /** Tensors whose bytes were compared, and those bytes of one file. */
  compared: number;
  bytes: number;
  /** Pairs of other bytes. A digest is null where that file does not hold the whole tensor. */
  changed: Map<TensorPair, ContentDigests>;
  /** Tensors that neither file holds. */
  absent: number;
  /** Tensors whose bytes cannot be told: their type is unknown, or they lie on top of another one. */
  unclear: number;
}

export interface CompareOptions {
  /** Up to this offset both files are known to be the same. */
  sameUntil?: number;
  /** Is told the bytes of tensor data that have been read so far, of both files. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/** Bytes that are read of a file at once. */
const PIECE_BYTES = 1024 * 1024;

export async function compareData(
  before: BlockSource,
  after: BlockSource,
  pairs: readonly TensorPair[],
  { sameUntil = 0, onProgress }: CompareOptions = {},
): Promise<DataComparison> {
  const clear = clearPairs(pairs);
  const toRead = clear.filter((pair) => endOf(pair.before) > sameUntil);
  let read = 2 * sameUntil;
  const count = (bytes: number) => {
    read += bytes;
    onProgress?.(read);
  };
  const [ofBefore, ofAfter] = await Promise.all([
    digestsOf(
      before,
      toRead.map((pair) => pair.before),
      count,
    ),
    digestsOf(
      after,
      toRead.map((pair) => pair.after),
      count,
    ),
  ]);
  const result: DataComparison = {
    compared: 0,
    bytes: 0,
    changed: new Map(),
    absent: 0,
    unclear: pairs.length - clear.length,
  };
  for (const pair of clear) {
    const digests = { before: ofBefore.get(pair.before) ?? null, after: ofAfter.get(pair.after) ?? null };
    const known = endOf(pair.before) <= sameUntil;
    if (!known && digests.before === null && digests.after === null) {
      result.absent++;
      continue;
    }
    result.compared++;
    result.bytes += pair.before.bytes as number;
    if (digests.before !== digests.after) result.changed.set(pair, digests);
  }
  return result;
}

/** Where two files of one size begin to differ; null where they are the same to their end. */
export async function firstDifference(
  a: BlockSource,
  b: BlockSource,
  size: number,
  onProgress?: (bytes: number) => void,
): Promise<number | null> {
  const [ofA, ofB] = [Buffer.allocUnsafe(PIECE_BYTES), Buffer.allocUnsafe(PIECE_BYTES)];
  for (let position = 0; position < size; position += PIECE_BYTES) {
    const [countA, countB] = await Promise.all([a.read(ofA, position), b.read(ofB, position)]);
    onProgress?.(2 * position);
    if (ofA.compare(ofB, 0, countB, 0, countA) === 0) continue;
    let at = 0;
    while (at < Math.min(countA, countB) && ofA[at] === ofB[at]) at++;
    return position + at;
  }
  return null;
}

function endOf({ fileOffset, bytes }: ModelTensor): number {
  return fileOffset + (bytes ?? 0);
}

/** Pairs whose bytes are known and lie on top of no other tensor's, but for those that share all of their bytes. */
function clearPairs(pairs: readonly TensorPair[]): TensorPair[] {
  const exact = pairs.filter(({ before, after }) => before.bytesAre === 'exact' && after.bytesAre === 'exact');
  const hidden = new Set([
    ...overlapping(exact.map(({ before }) => before)),
    ...overlapping(exact.map(({ after }) => after)),
  ]);
  return exact.filter(({ before, after }) => !hidden.has(before) && !hidden.has(after));
}

/** Tensors that begin inside of another one: a hostile file could make us read the same bytes without end. */
function overlapping(tensors: readonly ModelTensor[]): ModelTensor[] {
  const found: ModelTensor[] = [];
  let last: ModelTensor | undefined;
  for (const tensor of inOrder(tensors)) {
    if (tensor.bytes === 0) continue;
    const same = last?.fileOffset === tensor.fileOffset && last.bytes === tensor.bytes;
    if (last !== undefined && !same && tensor.fileOffset < endOf(last)) found.push(tensor);
    else last = tensor;
  }
  return found;
}

function inOrder(tensors: readonly ModelTensor[]): ModelTensor[] {
  return [...tensors].sort((a, b) => a.fileOffset - b.fileOffset || endOf(a) - endOf(b));
}

/** The digest of each tensor that is there whole. */
async function digestsOf(
  blocks: BlockSource,
  tensors: readonly ModelTensor[],
  count: (bytes: number) => void,
): Promise<Map<ModelTensor, string>> {
  const digests = new Map<ModelTensor, string>();
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  let last: ModelTensor | undefined;
  for (const tensor of inOrder(tensors)) {
    const shared = last?.fileOffset === tensor.fileOffset && last.bytes === tensor.bytes;
    const digest = shared ? digests.get(last as ModelTensor) : await digestOf(blocks, tensor, buffer, count);
    if (digest !== undefined) digests.set(tensor, digest);
    last = tensor;
  }
  return digests;
}

async function digestOf(
  blocks: BlockSource,
  tensor: ModelTensor,
  buffer: Buffer,
  count: (bytes: number) => void,
): Promise<string | undefined> {
  const digest = createHash('sha256');
  const bytes = tensor.bytes as number;
  for (let done = 0; done < bytes; ) {
    const target = buffer.subarray(0, Math.min(buffer.length, bytes - done));
    const read = await blocks.read(target, tensor.fileOffset + done);
    if (read < target.length) return undefined;
    digest.update(target);
    done += read;
    count(read);
  }
  return digest.digest('hex');
}
