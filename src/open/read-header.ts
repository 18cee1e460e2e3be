/**
 * The synchronous half of the door: reads the header of a model from where it is. A file is read at once, a stream and a web server as the
 * bytes arrive, a split model from all its files. `open-model.ts` gives the model with its data.
 */

import { fstatSync } from 'node:fs';
import { basename } from 'node:path';
import { isExplained } from '../explained-error.js';
import { endOfData } from '../gguf/data-end.js';
import { decodeHeader, type GgufFile } from '../gguf/decode.js';
import type { KeepWhole } from '../gguf/reader.js';
import { joinShards, type ReadShard } from '../gguf/shard-set.js';
import { blobChunks } from '../io/blob-source.js';
import { type Decoder, decodeAt, ForwardStream, type RandomAccess } from '../io/decode-loop.js';
import { openFile, openRegularFileSoon } from '../io/file.js';
import { memorySource } from '../io/memory-source.js';
import { fileChunks } from '../io/open-file.js';
import { TransferError } from '../io/transfer-error.js';
import { located } from '../locate/locate.js';
import { systemError, transferError } from '../locate/locate-error.js';
import type {
  BlobLocation,
  FileLocation,
  HttpLocation,
  Location,
  ShardLocation,
  ShardsLocation,
  StreamLocation,
} from '../locate/location.js';
import { remedyByName } from '../words/download-names.js';
import { headerSearch } from './further-headers.js';
import { oldImatrixWords } from './old-imatrix.js';

export interface HowToRead {
  /** Keys whose values are kept whole, however long they are. */
  keepWhole?: KeepWhole | undefined;
  /** Whether a stream is read to its end, which gives its size, instead of only to the end of the header. */
  toEnd?: boolean;
  /** Stops the reading of a stream. Requests to a server are stopped by the signal of their location. */
  signal?: AbortSignal | undefined;
  /** Whether a file is read together with others, as its bytes arrive, so that the disk can serve several files at once. */
  besideOthers?: boolean;
}

/**
 * Reads a header. A file is read synchronously unless `besideOthers` is set, so that starting costs no turn of the event loop. Throws
 * GgufError and LocateError, each with the name of the file that it is about.
 */
export function readHeader(location: Location, how: HowToRead = {}): GgufFile | Promise<GgufFile> {
  switch (location.kind) {
    case 'file':
      return how.besideOthers ? readBesideOthers(location, how) : readFile(location, how);
    case 'memory':
      return named(location.name, () => decodeAt(memorySource(location.bytes), decoderFor(how)));
    case 'blob':
      return readBlob(location, how);
    case 'http':
      return readRemote(location, how);
    case 'stream':
      return readStream(location, how);
    case 'shards':
      return readShards(location, how);
    default:
      return located(location).then((found) => readHeader(found, how));
  }
}

/** The decoder for the header of a model. */
export function decoderFor({ keepWhole }: HowToRead): Decoder<GgufFile> {
  return (window) => decodeHeader(window, keepWhole);
}

/** The bytes of a stream that was not read before. */
export function chunksOfStream({ path, chunks }: StreamLocation, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  return chunks ?? fileChunks(path, { signal });
}

function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw aboutTarget(error, name);
  }
}

function readFile({ path, name }: FileLocation, how: HowToRead): GgufFile {
  return named(name, () => {
    const source = openFile(path);
    try {
      return decodeAt(source, decoderFor(how));
    } catch (error) {
      if (!isExplained(error)) throw error;
      const measured = error.code === 'not-gguf' ? oldImatrixWords(source) : undefined;
      if (measured !== undefined) error.hint = measured.whole ? `${measured.words}; ${error.hint}` : measured.words;
      else error.hint = secondHeaderHint(secondHeaderIn(source)) ?? error.hint;
      throw error;
    } finally {
      source.close();
    }
  });
}

/** No header is longer than this. */
const MOST_SEARCHED = 64 * 1024 * 1024;

/** Where a second header begins in bytes that should be one header; undefined if there is none. */
function secondHeaderIn(source: RandomAccess): number | undefined {
  const search = headerSearch();
  const room = Buffer.alloc(CHUNK_BYTES);
  for (let at = 0; at < Math.min(source.size, MOST_SEARCHED) && search.found.length === 0; ) {
    const count = source.readAt(room, 0, room.length, at);
    if (count === 0) break;
    search.add(room.subarray(0, count));
    at += count;
  }
  return search.found[0];
}

/** The hint for a header that cannot be read because another one begins inside it. */
export function secondHeaderHint(at: number | undefined): string | undefined {
  return at === undefined
    ? undefined
    : `a second GGUF begins at byte ${at}: a resumed download started over there; download the file again, without resuming`;
}

async function readBesideOthers({ path, name }: FileLocation, how: HowToRead): Promise<GgufFile> {
  try {
    const descriptor = await openRegularFileSoon(path);
    const size = Math.min(fstatSync(descriptor).size, Number.MAX_SAFE_INTEGER);
    // The stream closes the descriptor. Without a position, each chunk is read after the previous one.
    const stream = new ForwardStream(fileChunks(descriptor, { chunkBytes: CHUNK_BYTES, signal: how.signal }));
    return await decodeFrom(stream, how, { size });
  } catch (error) {
    throw aboutTarget(error, name);
  }
}

const CHUNK_BYTES = 256 * 1024;

/** To the end only if `toEnd` asks for it: nothing else gives the size of a stream. */
async function readStream(location: StreamLocation, how: HowToRead): Promise<GgufFile> {
  const stream = new ForwardStream(chunksOfStream(location, how.signal));
  try {
    return await decodeFrom(stream, how, how.toEnd ? { surplus: Number.POSITIVE_INFINITY } : {});
  } catch (error) {
    throw aboutTarget(error, location.name);
  }
}

async function readBlob({ blob, name }: BlobLocation, how: HowToRead): Promise<GgufFile> {
  try {
    return await decodeFrom(new ForwardStream(blobChunks(blob)), how, { size: blob.size });
  } catch (error) {
    throw aboutTarget(error, name);
  }
}

/** To the end of the body only if nothing else gives its size. */
async function readRemote({ file, name }: HttpLocation, how: HowToRead): Promise<GgufFile> {
  try {
    const stream = new ForwardStream(await file.open());
    const { size } = file;
    return await decodeFrom(stream, how, size === undefined && how.toEnd ? { surplus: MOST_SURPLUS } : { size });
  } catch (error) {
    throw aboutTarget(error, name);
  }
}

/** Most bytes after the data of a model, such as a second file, that are read from a server that did not state the length of its answer. */
const MOST_SURPLUS = 64 * 1024 * 1024;

/** With `surplus` the stream is read to its end, which may lie at most that many bytes after the data. Closes the stream. */
async function decodeFrom(
  stream: ForwardStream,
  how: HowToRead,
  { size, surplus }: { size?: number | undefined; surplus?: number },
): Promise<GgufFile> {
  try {
    const file = await stream.decode(decoderFor(how), size);
    if (surplus === undefined) return file;
    const most = endOfData(file) + surplus;
    const all = await stream.drain(most);
    if (all <= most) return { ...file, size: all };
    const message = `the server sends more than ${surplus / 1024 / 1024} MiB after the end of the model, and did not state the length of its answer`;
    throw new TransferError('wrong-length', message);
  } finally {
    await stream.close();
  }
}

/** Requests that run at the same time. */
const AT_ONCE = 4;

/** A shard that is not found is left out, and the report names the missing ones. Only the shard that the user named must exist. */
async function readShards({ shards, count, surplus }: ShardsLocation, how: HowToRead): Promise<GgufFile> {
  const read: (ReadShard | null)[] = [];
  const waiting = shards.entries();
  const work = async () => {
    for (const [i, shard] of waiting) read[i] = await readShard(shard, how);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const found = read.filter((shard) => shard !== null);
  return joinShards(found, { count, surplus });
}

async function readShard(
  { location, fileName, number, named }: ShardLocation,
  how: HowToRead,
): Promise<ReadShard | null> {
  try {
    const file = await readHeader(location, how);
    return { fileName, number, file };
  } catch (error) {
    if (!named && isAbsent(error)) return null;
    throw error;
  }
}

/** Whether an error says that the file does not exist, here or on its server. */
export function isAbsent(error: unknown): boolean {
  return isExplained(error) && ['file-not-found', 'not-found', 'gone'].includes(error.code);
}

/** Adds to an error the name of the input that it is about. */
export function aboutTarget(error: unknown, target: string): unknown {
  if (error instanceof TransferError) return transferError(target, error);
  if (isExplained(error)) {
    if (error.blames !== 'input') return error;
    // A name that says that the file is one part of a model explains more than its bytes do.
    if (error.offset !== undefined) error.hint = remedyByName(basename(target)) ?? error.hint;
    return error.about(target);
  }
  return typeof (error as NodeJS.ErrnoException).syscall === 'string' ? systemError(target, error) : error;
}
