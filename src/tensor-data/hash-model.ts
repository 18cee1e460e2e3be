/**
 * The digests of a model: one of all tensor data in header order, without the bytes between tensors, and one of each tensor. Both equal
 * those of llama-gguf-hash. They do not include metadata.
 *
 * The digest of the whole cannot be parallelized, so only a second thread helps: for a large file it hashes the tensors, which takes no
 * longer than the digest of the whole.
 */

import type { BlockSource } from '../io/block-source.js';
import type { Chunk } from './chunks.js';
import { type Algorithm, type Digest, digestMaker, uuidDigest } from './digests.js';
import { digestsOfFiles, FileDigests, layOut, tensorPieces, type WholeFile } from './file-digests.js';
import type { HashAnswer } from './hash-job.js';
import { readChunks } from './read-ahead.js';
import { SecondThread } from './second-thread.js';
import { missingData, type SizedData, totalBytes } from './tensor-data.js';
import { TensorDigests } from './tensor-digests.js';

/** Below this size, starting a thread takes longer than it saves. */
const SECOND_THREAD_FROM_BYTES = 64 * 1024 * 1024;

export interface HashOptions {
  algorithm: Algorithm;
  /** Whether to compute a digest of each tensor too. */
  perTensor: boolean;
  /** Whether to compute a UUID of the model too. */
  uuid?: boolean;
  /** If a second thread is possible: the file that the source reads, and the built worker. Otherwise one thread does everything. */
  secondThread?: { path: string; program: string; from?: number } | undefined;
  /** Files to digest as a whole too, always with SHA-256. Every tensor is in one of them. */
  files?: readonly WholeFile[] | undefined;
  /** Called with the number of bytes of tensor data hashed so far. */
  onProgress?: ((bytes: number) => void) | undefined;
}

export interface ModelDigests {
  /** One for each tensor, in order; undefined if not requested. */
  tensors: string[] | undefined;
  model: string;
  uuid: string | undefined;
  /** One for each requested file, with its size in bytes. */
  files: { digest: string; bytes: number }[];
}

/**
 * Reads all tensors from the source, and the rest of the requested files: in one pass if the tensors are stored in header order, as they
 * nearly always are. Throws GgufError (`truncated`) if the source ends too early.
 */
export async function hashModel(
  source: BlockSource,
  all: readonly SizedData[],
  options: HashOptions,
): Promise<ModelDigests> {
  const { algorithm, perTensor, onProgress, files = [] } = options;
  const makeDigest = await digestMaker(algorithm);
  const model = makeDigest();
  const uuid = options.uuid ? uuidDigest() : undefined;
  const thread = perTensor ? startThread(all, options) : undefined;
  const tensors = perTensor && thread === undefined ? new TensorDigests(makeDigest) : undefined;
  const layout = layOut(files, all);
  const whole = layout && (await FileDigests.of(files));
  try {
    let hashed = 0;
    for await (const { chunk, bytes } of readChunks(source, layout ?? all)) {
      whole?.take(bytes, chunk.position);
      const ofTensors = layout === undefined ? chunk : tensorPieces(chunk, layout);
      requireWhole(ofTensors, bytes.length, all);
      hashed += takeAll(model, bytes, ofTensors);
      if (uuid !== undefined) takeAll(uuid, bytes, ofTensors);
      tensors?.take(bytes, ofTensors);
      onProgress?.(hashed);
      await thread?.keepPace();
    }
    const texts = thread === undefined ? tensors?.texts : digestsIn(await thread.result, all);
    const ofFiles = whole === undefined ? await digestsOfFiles(source, files) : await whole.rest(source);
    return { tensors: texts, model: model.text(), uuid: uuid?.text(), files: ofFiles };
  } finally {
    await thread?.stop();
  }
}

function startThread(all: readonly SizedData[], { algorithm, secondThread }: HashOptions): SecondThread | undefined {
  if (secondThread === undefined) return undefined;
  const { path, program, from = SECOND_THREAD_FROM_BYTES } = secondThread;
  return totalBytes(all) >= from ? new SecondThread(program, path, all, algorithm) : undefined;
}

/** The thread's result. It may find the file shorter than the main thread did, if the file was truncated meanwhile. */
function digestsIn(result: HashAnswer, all: readonly SizedData[]): string[] {
  if ('digests' in result) return result.digests;
  const index = all.findIndex(({ position, bytes }) => bytes > 0 && position + bytes > result.end);
  throw missingData(all, Math.max(0, index), result.end);
}

/** Adds the tensor data of a chunk and returns its size in bytes. Contiguous pieces are added at once. */
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

function requireWhole({ position, bytes, pieces }: Chunk, count: number, all: readonly SizedData[]): void {
  if (count >= bytes) return;
  const missing = pieces.find((piece) => piece.at + piece.bytes > count);
  // If only bytes between or after tensors are missing, the digest of the file shows it.
  if (missing === undefined) return;
  throw missingData(all, missing.tensor, position + count);
}
