/**
 * The door to a model, wherever it is: its header, what the header means, the bytes of the header, and the data of its tensors. A split
 * model is one model. Use `readHeader` to read only a header, without waiting.
 *
 *     await using opened = await openModel('model.gguf');
 *     opened.model.tensors[0];
 *     await opened.data.read(target, opened.file.tensors[0].fileOffset);
 */

import { realpathSync } from 'node:fs';
import type { HeaderBytes } from '../gguf/array-items.js';
import type { GgufFile } from '../gguf/decode.js';
import { blobBlocks, blobChunks } from '../io/blob-source.js';
import { type BlockSource, openBlocks } from '../io/block-source.js';
import { ForwardStream } from '../io/decode-loop.js';
import { openFile } from '../io/file.js';
import { httpBlocks, httpSamples } from '../io/http/http-block-source.js';
import { joinBlocks } from '../io/joined-block-source.js';
import { memoryBlocks, memorySource } from '../io/memory-source.js';
import { locate, located } from '../locate/locate.js';
import type {
  BlobLocation,
  Found,
  HeadersFor,
  HttpLocation,
  Location,
  OneFile,
  ShardsLocation,
  StreamLocation,
} from '../locate/location.js';
import { interpret, type Model } from '../model/model.js';
import { type Locality, localityOf, pathsOf } from './locality.js';
import { aboutTarget, chunksOfStream, decoderFor, type HowToRead, readHeader } from './read-header.js';

export interface OpenOptions extends HowToRead {
  /** Request headers for each server, by its origin. Only used when the target is text: a location has its own. */
  headers?: HeadersFor | undefined;
  /** Whether tensor data will be read: then a stream stays open after its header. `toEnd` has no effect then; use `measured`. */
  data?: boolean | undefined;
  /** Whether the bytes of the header will be read again, for vocabularies and long values: those of a stream or a server are kept. */
  headerBytes?: boolean | undefined;
}

/**
 * Opens a model.
 *
 * @param target What a user typed (see `locate`), or the location of the model.
 * @throws GgufError and LocateError as `readHeader` does; ExplainedError (`header-too-long`) if a header is too long to be kept. Each
 *   error has the name of the input that it is about.
 */
export async function openModel(target: string | Location, options: OpenOptions = {}): Promise<OpenedModel> {
  const name = typeof target === 'string' ? target : target.name;
  try {
    const typed = typeof target === 'string' ? locate(target, options.headers, options.signal) : target;
    const location = await located(typed);
    const parts = await open(location, options);
    return new OpenedModel(name, location, parts);
  } catch (error) {
    throw aboutTarget(error, name);
  }
}

/** What was read of a model so far, and which parts of it are kept. */
interface Parts {
  file: GgufFile;
  /** The bytes of the header, if they were kept. */
  kept?: Uint8Array;
  /** A stream that is open after the header. */
  stream?: ForwardStream;
}

async function open(location: Found, options: OpenOptions): Promise<Parts> {
  const { data, headerBytes } = options;
  if (location.kind === 'stream' && (data || headerBytes)) return await openStream(location, options);
  if ((location.kind === 'http' || location.kind === 'blob') && headerBytes) return await readKept(location, options);
  const file = await readHeader(location, options);
  if (location.kind !== 'shards' || !headerBytes) return { file };
  const first = firstShard(location, file);
  return first.kind === 'http' ? { file, kept: (await readKept(first, options)).kept } : { file };
}

async function openStream(location: StreamLocation, options: OpenOptions): Promise<Parts> {
  const stream = new ForwardStream(chunksOfStream(location, options.signal), options.headerBytes ? MOST_KEPT : 0);
  try {
    const file = await stream.decode(decoderFor(options));
    return { file, stream, ...(options.headerBytes && { kept: stream.kept }) };
  } catch (error) {
    await stream.close();
    throw error;
  }
}

/** The header is requested once and kept; the bytes after it are requested when they are needed. */
async function readKept(
  location: HttpLocation | BlobLocation,
  options: OpenOptions,
): Promise<Required<Omit<Parts, 'stream'>>> {
  const chunks = location.kind === 'blob' ? blobChunks(location.blob) : await location.file.open();
  const stream = new ForwardStream(chunks, MOST_KEPT);
  try {
    const size = location.kind === 'blob' ? location.blob.size : location.file.size;
    return { file: await stream.decode(decoderFor(options), size), kept: stream.kept };
  } finally {
    await stream.close();
  }
}

/** The largest headers of real models have some tens of mebibytes. */
const MOST_KEPT = 64 * 1024 * 1024;

export class OpenedModel {
  /** As typed by the user. */
  readonly name: string;
  readonly location: Found;
  /** The header; for a split model, the headers of all its files joined. */
  readonly file: GgufFile;
  readonly #parts: Parts;
  readonly #toClose: { close(): unknown }[] = [];
  #header: HeaderBytes['source'] | undefined;
  #data: BlockSource | undefined;

  /** For `openModel`. */
  constructor(name: string, location: Found, parts: Parts) {
    this.name = name;
    this.location = location;
    this.file = parts.file;
    this.#parts = parts;
    if (parts.stream !== undefined) this.#toClose.push(parts.stream);
  }

  /** What the header means. */
  get model(): Model {
    return interpret(this.file);
  }

  get locality(): Locality {
    return localityOf(this.location);
  }

  /** Paths of its files: index = shard number - 1, with holes for missing shards. Null if a file is not on this disk. */
  get paths(): readonly (string | undefined)[] | null {
    return pathsOf(this.location);
  }

  /** The same paths with all links resolved: models with equal real paths are the same files. */
  get realPaths(): readonly (string | undefined)[] | null {
    return this.paths?.map((path) => (path === undefined ? undefined : realpathSync(path))) ?? null;
  }

  /**
   * The header and its bytes, for `readVocabulary` and `compareMetadata`. For a split model: those of the first shard, which has the
   * metadata.
   */
  get header(): HeaderBytes & { file: GgufFile } {
    this.#header ??= this.#named(() => this.#openHeader());
    return { file: this.file, source: this.#header };
  }

  /** The bytes of the file; positions count from its start, as in `Tensor.fileOffset`. A stream gives its bytes once, in order. */
  get data(): BlockSource {
    this.#data ??= this.#named(() => this.#openData());
    return this.#data;
  }

  /** The same bytes, for a few reads here and there: only these are requested from a server. */
  get samples(): BlockSource {
    const { location } = this;
    return location.kind === 'http' ? this.#named(() => httpSamples(location.file)) : this.data;
  }

  /**
   * The header with the size of the file. A stream is read to its end to learn its size; for every other source the header already has it,
   * if it is known.
   */
  async measured(): Promise<GgufFile> {
    const { stream } = this.#parts;
    return stream === undefined ? this.file : { ...this.file, size: await stream.drain() };
  }

  /** Closes what is open. Call it when no read is running. */
  async close(): Promise<void> {
    await Promise.all(this.#toClose.splice(0).map((one) => one.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #openHeader(): HeaderBytes['source'] {
    const { kept } = this.#parts;
    if (kept !== undefined) return memorySource(kept);
    const { location } = this;
    if (location.kind === 'memory') return memorySource(location.bytes);
    const file = location.kind === 'shards' ? firstShard(location, this.file) : location;
    if (file.kind !== 'file')
      throw new Error('the bytes of the header were not kept: open the model with `headerBytes`');
    return this.#opened(openFile(file.path));
  }

  #openData(): BlockSource {
    const { location } = this;
    if (location.kind === 'memory') return memoryBlocks(location.bytes);
    if (location.kind === 'blob') return blobBlocks(location.blob);
    if (location.kind === 'shards') return this.#opened(joinedShards(location, this.file));
    if (location.kind !== 'stream') return this.#opened(blocksOf(location));
    const { stream } = this.#parts;
    if (stream === undefined) throw new Error('the stream has ended with its header: open the model with `data`');
    return stream;
  }

  #opened<Source extends { close(): unknown }>(source: Source): Source {
    this.#toClose.push(source);
    return source;
  }

  #named<T>(open: () => T): T {
    try {
      return open();
    } catch (error) {
      throw aboutTarget(error, this.name);
    }
  }
}

/**
 * The part of an open model that computing needs: its header with the header's bytes, and its data. In a browser another object provides
 * it.
 */
export type ModelWithData = Pick<OpenedModel, 'name' | 'file' | 'model' | 'header' | 'data' | 'locality' | 'realPaths'>;

function blocksOf(location: OneFile): BlockSource {
  return location.kind === 'file' ? openBlocks(location.path) : httpBlocks(location.file);
}

function firstShard({ shards }: ShardsLocation, { set }: GgufFile): OneFile {
  const number = set?.files[0]?.number;
  return (shards.find((shard) => shard.number === number) as ShardsLocation['shards'][number]).location;
}

/** The files of a set as one source, one after the other. Each file is opened when it is first read. */
function joinedShards({ shards }: ShardsLocation, { set }: GgufFile): BlockSource {
  const parts = (set?.files ?? []).map(({ start, number }) => {
    const shard = shards.find((one) => one.number === number) as ShardsLocation['shards'][number];
    return { start, open: async () => blocksOf(shard.location) };
  });
  return joinBlocks(parts);
}
