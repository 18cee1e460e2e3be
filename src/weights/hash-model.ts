/**
 * The digests of a model: that of all tensor data in the order of the header, without what lies between tensors, and that of each
 * tensor alone; both are what llama-gguf-hash computes. Metadata has no part in them.
 *
 * The digest of the whole cannot be split, so two threads are all that helps: a large model's tensors are hashed in a second one,
 * from the same buffers, which takes no longer than the digest of the whole alone. Memory is the same for any size of file.
 */

import type { BlockSource } from '../bytes/blocks.js';
import { type Chunk, chunksOf } from './chunks.js';
import { type Algorithm, type Digest, digestMaker, uuidDigest } from './digests.js';
import { BufferPool, CHUNK_BYTES, readAhead } from './read-ahead.js';
import { SecondThread } from './second-thread.js';
import { TensorDigests } from './tensor-digests.js';
import { missingData, type TensorRange, totalBytes } from './tensor-ranges.js';

/** Below this starting a thread takes longer than it saves. */
const SECOND_THREAD_FROM_BYTES = 64 * 1024 * 1024;

export interface HashOptions {
  algorithm: Algorithm;
  /** Whether each tensor gets a digest too. */
  perTensor: boolean;
  /** Whether the model gets a UUID too. */
  uuid?: boolean;
  /** The built hash-worker; without it one thread does all. */
  workerPath?: string | undefined;
  /** Bytes of tensor data from which on the second thread is used. */
  secondThreadFrom?: number;
  /** Is told the bytes of tensor data that have been hashed so far. */
  onProgress?: ((bytes: number) => void) | undefined;
}

export interface ModelDigests {
  /** One for each range, in their order; undefined where they were not asked for. */
  tensors: string[] | undefined;
  model: string;
  uuid: string | undefined;
}

/** Reads all ranges from the source. Throws GgufError (`truncated`) where the source ends before they do. */
export async function hashModel(
  source: BlockSource,
  ranges: readonly TensorRange[],
  options: HashOptions,
): Promise<ModelDigests> {
  const { algorithm, perTensor, workerPath, secondThreadFrom = SECOND_THREAD_FROM_BYTES, onProgress } = options;
  const makeDigest = await digestMaker(algorithm);
  const model = makeDigest();
  const uuid = options.uuid ? uuidDigest() : undefined;
  const tensors = perTensor ? new TensorDigests(makeDigest) : undefined;
  const pool = new BufferPool();
  const worthIt = perTensor && ranges.length > 0 && totalBytes(ranges) >= secondThreadFrom;
  const thread = worthIt && workerPath ? new SecondThread(workerPath, ranges, algorithm, pool) : undefined;
  try {
    let hashed = 0;
    for await (const { chunk, buffer, count } of readAhead(source, chunksOf(ranges, CHUNK_BYTES), pool)) {
      requireWhole(chunk, count, ranges);
      const bytes = pool.buffers[buffer] as Uint8Array;
      thread?.send(buffer);
      hashed += takeAll(model, bytes, chunk);
      if (uuid !== undefined) takeAll(uuid, bytes, chunk);
      // The thread gives the buffer back when it is done; by the time that is heard of here, this thread is done with it too.
      if (thread === undefined) {
        tensors?.take(bytes, chunk);
        pool.give(buffer);
      }
      onProgress?.(hashed);
    }
    const texts = thread === undefined ? tensors?.texts : await thread.digests;
    return { tensors: texts, model: model.text(), uuid: uuid?.text() };
  } finally {
    await thread?.stop();
  }
}

/** Adds the tensor data of a chunk and tells its bytes. Pieces that follow each other without a gap are added at once. */
function takeAll(digest: Digest, bytes: Uint8Array, { pieces }: Chunk): number {
  let sum = 0;
  let from = 0;
  let to = 0;
  for (const piece of pieces) {
    if (piece.at !== to) {
      if (to > from) digest.update(bytes.subarray(from, to));
      from = piece.at;
    }
    to = piece.at + piece.bytes;
    sum += piece.bytes;
  }
  if (to > from) digest.update(bytes.subarray(from, to));
  return sum;
}

function requireWhole({ position, bytes, pieces }: Chunk, count: number, ranges: readonly TensorRange[]): void {
  if (count >= bytes) return;
  const missing = pieces.find((piece) => piece.at + piece.bytes > count) as Chunk['pieces'][number];
  throw missingData(ranges, missing.tensor, position + count);
}
