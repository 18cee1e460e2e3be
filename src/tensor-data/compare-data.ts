/**
 * Compares the bytes of tensors that two files describe alike, by their SHA-256 digests. Both files are read at the same time, in pieces,
 * and streams only forwards, so memory use does not depend on the size.
 */

import { createHash } from 'node:crypto';
import type { BlockSource } from '../io/block-source.js';
import type { ContentDigests, TensorPair } from '../model/compare-tensors.js';
import type { ModelTensor } from '../model/model.js';
import { readChunks } from './read-ahead.js';

export interface DataComparison {
  /** Number of tensors whose bytes were compared, and the bytes compared in one file. */
  compared: number;
  bytes: number;
  /** Pairs with different bytes. A digest is null if that file does not contain the whole tensor. */
  changed: Map<TensorPair, ContentDigests>;
  /** Number of tensors that neither file contains. */
  absent: number;
  /** Number of tensors whose bytes are unclear: their type is unknown, or they overlap another tensor. */
  unclear: number;
}

export interface CompareOptions {
  /** Up to this offset both files are known to be equal. */
  sameUntil?: number;
  /** Called with the number of bytes of tensor data read so far from both files. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/** Bytes of a file read at a time. */
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

/** The first position at which two files of the same size differ; null if they are equal. */
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

/** Pairs whose bytes are known and do not overlap another tensor, except where tensors share all of their bytes. */
function clearPairs(pairs: readonly TensorPair[]): TensorPair[] {
  const exact = pairs.filter(({ before, after }) => before.bytesAre === 'exact' && after.bytesAre === 'exact');
  const hidden = new Set([
    ...overlapping(exact.map(({ before }) => before)),
    ...overlapping(exact.map(({ after }) => after)),
  ]);
  return exact.filter(({ before, after }) => !hidden.has(before) && !hidden.has(after));
}

/** Tensors that begin inside another one. Without this check, a hostile file could make us read the same bytes endlessly. */
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

/** The digest of each tensor that is completely in the file. Tensors that share all their bytes are read once. */
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
