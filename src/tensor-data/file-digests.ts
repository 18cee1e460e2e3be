/**
 * SHA-256 of whole files, as used by sha256sum, the hub's file ids and the names of Ollama's blobs. If the tensors of a model are stored in
 * order, their digests and those of the files come from one pass: the bytes between tensors are read as if they were data too.
 */

import type { BlockSource } from '../io/block-source.js';
import type { Chunk } from './chunks.js';
import { type Digest, digestMaker } from './digests.js';
import { readChunks } from './read-ahead.js';

/** A file among the bytes of all files of a model. */
export interface WholeFile {
  start: number;
  /** The position after its last byte; undefined for a stream, which is read until it ends. */
  end: number | undefined;
  /** Its first bytes, if the source no longer provides them. */
  head?: Uint8Array | undefined;
}

/** The digest of a whole file, and its bytes. */
export interface FileDigest {
  digest: string;
  bytes: number;
}

/** The bytes of a tensor, or those before, between and after tensors (`tensor` is null). */
interface Stretch {
  position: number;
  bytes: number;
  tensor: number | null;
}

/**
 * All bytes of the files in order, divided where tensors begin and end. Undefined if no file digests are requested, and if the tensors do
 * not follow each other as in the header; then the files are read separately.
 */
export function layOut(
  files: readonly WholeFile[],
  tensors: readonly { position: number; bytes: number }[],
): Stretch[] | undefined {
  if (files.length === 0) return undefined;
  const stretches: Stretch[] = [];
  let next = 0;
  for (const { start, end, head } of files) {
    let at = start + (head?.length ?? 0);
    const fill = (to: number) => {
      if (to > at) stretches.push({ position: at, bytes: to - at, tensor: null });
      at = Math.max(at, to);
    };
    for (; next < tensors.length; next++) {
      const { position, bytes } = tensors[next] as { position: number; bytes: number };
      if (bytes > 0 && end !== undefined && position >= end) break;
      if (bytes > 0 && position < at) return undefined;
      if (bytes > 0) fill(position);
      stretches.push({ position: bytes > 0 ? position : at, bytes, tensor: next });
      at += bytes;
    }
    if (end !== undefined) fill(end);
  }
  return next < tensors.length ? undefined : stretches;
}

/** The pieces of a chunk that belong to tensors. */
export function tensorPieces(chunk: Chunk, stretches: readonly Stretch[]): Chunk {
  const pieces = chunk.pieces.flatMap((piece) => {
    const tensor = stretches[piece.tensor]?.tensor ?? null;
    return tensor === null ? [] : [{ ...piece, tensor }];
  });
  return { ...chunk, pieces };
}

/** Bytes read at a time after the last tensor of a stream. */
const READ_AT_ONCE = 1024 * 1024;

/** Computes the digests of files from chunks that contain every byte of them, in order. */
export class FileDigests {
  readonly #files: readonly WholeFile[];
  readonly #digests: Digest[] = [];
  readonly #make: () => Digest;
  /** The position after the last byte taken. */
  #at: number;

  private constructor(files: readonly WholeFile[], make: () => Digest) {
    this.#files = files;
    this.#make = make;
    this.#at = files[0]?.start ?? 0;
  }

  static async of(files: readonly WholeFile[]): Promise<FileDigests> {
    return new FileDigests(files, await digestMaker('sha256'));
  }

  /** Takes the bytes of the next chunk, which may extend into the next file. */
  take(bytes: Uint8Array, position: number): void {
    let from = 0;
    while (from < bytes.length) {
      const place = position + from;
      const index = this.#files.findLastIndex(({ start }) => start <= place);
      const { end = Number.POSITIVE_INFINITY } = this.#files[index] as WholeFile;
      const to = Math.min(bytes.length, end - position);
      this.#digest(index).update(bytes.subarray(from, to));
      from = to;
    }
    this.#at = Math.max(this.#at, position + bytes.length);
  }

  /** The digests, after the rest of a stream has been read. */
  async rest(source: BlockSource): Promise<FileDigest[]> {
    const last = this.#files.length - 1;
    const { start = 0, end, head } = this.#files[last] ?? {};
    let at = Math.max(this.#at, start + (head?.length ?? 0));
    if (end === undefined && last >= 0) {
      const buffer = new Uint8Array(READ_AT_ONCE);
      for (let count = -1; count !== 0; at += count) {
        count = await source.read(buffer, at);
        this.#digest(last).update(buffer.subarray(0, count));
      }
    }
    return this.#files.map((file, i) => ({
      digest: this.#digest(i).text(),
      bytes: (file.end ?? at) - file.start,
    }));
  }

  #digest(index: number): Digest {
    let digest = this.#digests[index];
    if (digest === undefined) {
      digest = this.#make();
      this.#digests[index] = digest;
      const { head } = this.#files[index] as WholeFile;
      if (head !== undefined) digest.update(head);
    }
    return digest;
  }
}

/** The same in a separate pass. */
export async function digestsOfFiles(
  source: BlockSource,
  files: readonly WholeFile[],
  onProgress?: (bytes: number) => void,
): Promise<FileDigest[]> {
  if (files.length === 0) return [];
  const digests = await FileDigests.of(files);
  const ranges = layOut(files, []) ?? [];
  let read = 0;
  for await (const { chunk, bytes } of readChunks(source, ranges)) {
    digests.take(bytes, chunk.position);
    read += bytes.length;
    onProgress?.(read);
  }
  return await digests.rest(source);
}
