/** The header of a model from where it is: a file at once, a stream and a web server as the bytes arrive, a split model from all its files. */

import { isExplained } from './explained-error.js';
import { endOfData } from './gguf/data-end.js';
import { decodeHeader, type GgufFile } from './gguf/decode.js';
import type { KeepWhole } from './gguf/reader.js';
import { joinShards, type ReadShard } from './gguf/shard-set.js';
import { countedStream } from './io/counted-stream.js';
import { type Decoder, decodeAt, decodeStream } from './io/decode-loop.js';
import { openFile } from './io/file.js';
import type { RemoteFile } from './io/http/remote-file.js';
import { fileChunks } from './io/open-file.js';
import { TransferError } from './io/transfer-error.js';
import { located } from './locate/locate.js';
import { systemError, transferError } from './locate/locate-error.js';
import type { FileLocation, HttpLocation, Location, ShardLocation, ShardsLocation } from './locate/location.js';

export interface HowToRead {
  keepWhole?: KeepWhole | undefined;
  /** Whether a stream is read to its own end, which tells its size, and not left at the end of the header. */
  toEnd?: boolean;
  /** Ends the reading of a stream; what is on a server is ended by the signal of its location. */
  signal?: AbortSignal | undefined;
}

/**
 * Reads a header; a file without waiting, so that a start costs no turn of the event loop. Throws GgufError and LocateError, each
 * with the name of the file that it is about.
 */
export function readLocation(location: Location, how: HowToRead = {}): GgufFile | Promise<GgufFile> {
  switch (location.kind) {
    case 'file':
      return readFile(location, how);
    case 'http':
      return readRemote(location, how);
    case 'stream':
      return readStream(location, how);
    case 'shards':
      return readShards(location, how);
    default:
      return located(location).then((found) => readLocation(found, how));
  }
}

function decoderFor({ keepWhole }: HowToRead): Decoder<GgufFile> {
  return (window) => decodeHeader(window, keepWhole);
}

function readFile({ path, name }: FileLocation, how: HowToRead): GgufFile {
  try {
    const source = openFile(path);
    try {
      return decodeAt(source, decoderFor(how));
    } finally {
      source.close();
    }
  } catch (error) {
    throw aboutTarget(error, name);
  }
}

async function readStream(location: { name: string; path: string | null }, how: HowToRead): Promise<GgufFile> {
  const stream = fileChunks(location.path, { signal: how.signal });
  try {
    return await (how.toEnd ? decodeWhole(stream, decoderFor(how)) : decodeStream(stream, decoderFor(how)));
  } catch (error) {
    throw aboutTarget(error, location.name);
  }
}

/** To the end of the body only where nothing else tells its size. */
async function readRemote({ file, name }: { file: RemoteFile; name: string }, how: HowToRead): Promise<GgufFile> {
  try {
    const chunks = await file.open();
    const { size } = file;
    if (size === undefined && how.toEnd) return await decodeWhole(chunks, decoderFor(how), MOST_SURPLUS);
    return await decodeStream(chunks, decoderFor(how), size);
  } catch (error) {
    throw aboutTarget(error, name);
  }
}

/** Bytes after the data of a model, such as a second file, that a server may send without having said how long its answer is. */
const MOST_SURPLUS = 64 * 1024 * 1024;

async function decodeWhole(
  stream: AsyncIterable<Uint8Array>,
  decoder: Decoder<GgufFile>,
  mostSurplus = Number.POSITIVE_INFINITY,
): Promise<GgufFile> {
  const counted = countedStream(stream);
  const file = await decodeStream(counted.chunks, decoder);
  const most = endOfData(file) + mostSurplus;
  const size = await counted.drain(most);
  if (size > most) {
    const message = `the server still sends ${mostSurplus / 1024 / 1024} MiB after the end of the model, and does not say how long its answer is`;
    throw new TransferError('wrong-length', message);
  }
  return { ...file, size };
}

/** Requests that are under way at once. */
const AT_ONCE = 4;

/** What no shard is found for is left out, but the one that was named: the report says which ones are missing. */
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
    const file = location.kind === 'file' ? readFile(location, how) : await readRemote(location as HttpLocation, how);
    return { fileName, number, file };
  } catch (error) {
    if (!named && isAbsent(error)) return null;
    throw error;
  }
}

/** Whether an error says that there is no such file, here or on its server. */
export function isAbsent(error: unknown): boolean {
  return isExplained(error) && ['file-not-found', 'not-found', 'gone'].includes(error.code);
}

/** Says of an error which input it is about. */
export function aboutTarget(error: unknown, target: string): unknown {
  if (error instanceof TransferError) return transferError(target, error);
  if (isExplained(error)) return error.blames === 'input' ? error.about(target) : error;
  return typeof (error as NodeJS.ErrnoException).syscall === 'string' ? systemError(target, error) : error;
}
