/**
 * Whether tensors that two files describe alike hold the same bytes, by their sha256 digests. Both files are read at once, in pieces, and
 * streams only forwards, so memory is the same for any size.
 */

import { createHash } from 'node:crypto';
import type { BlockSource } from '../io/block-source.js';
import type { ContentDigests, TensorPair } from '../model/compare-tensors.js';
import type { ModelTensor } from '../model/model.js';
import { readChunks } from './read-ahead.js';

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
    if (last !== undefined && !isSamePlace(tensor, last) && tensor.fileOffset < endOf(last)) found.push(tensor);
    else last = tensor;
  }
  return found;
}

function inOrder(tensors: readonly ModelTensor[]): ModelTensor[] {
  return [...tensors].sort((a, b) => a.fileOffset - b.fileOffset || endOf(a) - endOf(b));
}

/** The digest of each tensor that is there whole. Tensors that share all their bytes are read once. */
async function digestsOf(
  blocks: BlockSource,
  tensors: readonly ModelTensor[],
  count: (bytes: number) => void,
): Promise<Map<ModelTensor, string>> {
  const ordered = inOrder(tensors);
  const once = ordered.filter((tensor, i) => !isSamePlace(tensor, ordered[i - 1]));
  const found = new Map<ModelTensor, string>();
  let digest = createHash('sha256');
  let whole = true;
  const places = once.map(({ fileOffset, bytes }) => ({ position: fileOffset, bytes: bytes as number }));
  for await (const { chunk, bytes } of readChunks(blocks, places)) {
    for (const piece of chunk.pieces) {
      const there = bytes.subarray(piece.at, piece.at + piece.bytes);
      digest.update(there);
      whole &&= there.length === piece.bytes;
      count(there.length);
      if (!piece.last) continue;
      if (whole) found.set(once[piece.tensor] as ModelTensor, digest.digest('hex'));
      digest = createHash('sha256');
      whole = true;
    }
  }
  for (const [i, tensor] of ordered.entries()) {
    const shared = isSamePlace(tensor, ordered[i - 1]) ? found.get(ordered[i - 1] as ModelTensor) : undefined;
    if (shared !== undefined) found.set(tensor, shared);
  }
  return found;
}

function isSamePlace(a: ModelTensor, b: ModelTensor | undefined): boolean {
  return b !== undefined && a.fileOffset === b.fileOffset && a.bytes === b.bytes;
}
