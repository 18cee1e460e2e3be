/**
 * The digests of a model: that of all tensor data in the order of the header, without what lies between tensors, and that of each
 * tensor alone; both are what llama-gguf-hash computes. Metadata has no part in them.
 *
 * The digest of the whole cannot be split, so two threads are all that helps: a large file's tensors are hashed in a second one,
 * which takes no longer than the digest of the whole alone.
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

/** Below this starting a thread takes longer than it saves. */
const SECOND_THREAD_FROM_BYTES = 64 * 1024 * 1024;

export interface HashOptions {
  algorithm: Algorithm;
  /** Whether each tensor gets a digest too. */
  perTensor: boolean;
  /** Whether the model gets a UUID too. */
  uuid?: boolean;
  /** Where a second thread is possible: the file that the source reads, and the built worker. Else one thread does all. */
  secondThread?: { path: string; program: string; from?: number } | undefined;
  /** Files whose bytes get a digest too, all of them: SHA-256, whatever the algorithm is. Every tensor lies in one of them. */
  files?: readonly WholeFile[] | undefined;
  /** Is told the bytes of tensor data that have been hashed so far. */
  onProgress?: ((bytes: number) => void) | undefined;
}

export interface ModelDigests {
  /** One for each tensor, in their order; undefined where they were not asked for. */
  tensors: string[] | undefined;
  model: string;
  uuid: string | undefined;
  /** One for each file that was asked about, with its bytes. */
  files: { digest: string; bytes: number }[];
}

/**
 * Reads all tensors from the source, and all else of the files that are asked about: in one go where the tensors lie in the order of the
 * header, as they nearly always do. Throws GgufError (`truncated`) where the source ends before they do.
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

/** What the thread found. It may see a file end that became shorter behind the back of the other. */
function digestsIn(result: HashAnswer, all: readonly SizedData[]): string[] {
  if ('digests' in result) return result.digests;
  const index = all.findIndex(({ position, bytes }) => bytes > 0 && position + bytes > result.end);
  throw missingData(all, Math.max(0, index), result.end);
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

function requireWhole({ position, bytes, pieces }: Chunk, count: number, all: readonly SizedData[]): void {
  if (count >= bytes) return;
  const missing = pieces.find((piece) => piece.at + piece.bytes > count);
  // What is missing lies between tensors or behind them: the digest of the file tells of it.
  if (missing === undefined) return;
  throw missingData(all, missing.tensor, position + count);
}
