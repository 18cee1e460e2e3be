/** The whole line in one screen: where the bytes are → the header → its meaning → the facts. */

import { createReadStream } from 'node:fs';
import { countedStream } from './bytes/counted-stream.js';
import { type Decoder, decodeAt, decodeStream } from './bytes/drive.js';
import { openFile } from './bytes/file.js';
import { memorySource } from './bytes/memory.js';
import { remark } from './checks/remark.js';
import { decodeHeader, type GgufFile } from './gguf/decode.js';
import { GgufError } from './gguf/error.js';
import type { KeepWhole } from './gguf/reader.js';
import { type Location, locate, systemError } from './locate/locate.js';
import { understand } from './model/model.js';
import { explainReport } from './report/explain-report.js';
import type { ExplainReport } from './report/schema.js';

/** A path, a folder with one model in it, bytes in memory, or bytes as they arrive. */
export type Input = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface ReadOptions {
  /** Keys whose values are kept whole, however long: `(key) => key === 'tokenizer.ggml.tokens'`. */
  keepWhole?: KeepWhole;
}

/**
 * Reads the header of a GGUF file: its metadata and the description of each tensor. Tensor data is never read.
 * Throws GgufError where the file cannot be read as GGUF, LocateError where there is no such file.
 */
export async function readGguf(input: Input, options: ReadOptions = {}): Promise<GgufFile> {
  const decoder: Decoder<GgufFile> = (window) => decodeHeader(window, options.keepWhole);
  if (input instanceof Uint8Array) return decodeAt(memorySource(input), decoder);
  if (typeof input === 'string') return readLocation(locate(input), options.keepWhole);
  return await decodeStream(input, decoder);
}

/**
 * Explains a model: what its tensors are for, how large they are and in which format, and what is computed instead.
 * `name` is how the report calls it; a path names itself. Throws as `readGguf` does.
 */
export async function explain(
  input: Input,
  name = typeof input === 'string' ? input : 'model',
): Promise<ExplainReport> {
  return explainFile(await readGguf(input), name);
}

/** The report on a header that has been read. */
export function explainFile(file: GgufFile, name: string): ExplainReport {
  const model = understand(file);
  return explainReport(name, model, remark(model));
}

/**
 * Reads a header from where it is; a file at once, without waiting, so that a start costs no turn of the event loop. A stream is
 * left at the end of the header, or read to its own end, which tells its size, where `toEnd` asks for that.
 */
export function readLocation(
  location: Location,
  keepWhole?: KeepWhole,
  { toEnd = false }: { toEnd?: boolean } = {},
): GgufFile | Promise<GgufFile> {
  const decoder: Decoder<GgufFile> = (window) => decodeHeader(window, keepWhole);
  if (location.kind === 'stream') {
    // With a descriptor (0 is standard input) the path is not used.
    const stream = createReadStream(location.path ?? '', location.path === null ? { fd: 0 } : {});
    return (toEnd ? decodeWhole(stream, decoder) : decodeStream(stream, decoder)).catch((error) => {
      throw aboutTarget(error, location.name);
    });
  }
  try {
    const source = openFile(location.path);
    try {
      return decodeAt(source, decoder);
    } finally {
      source.close();
    }
  } catch (error) {
    throw aboutTarget(error, location.name);
  }
}

async function decodeWhole(stream: AsyncIterable<Uint8Array>, decoder: Decoder<GgufFile>): Promise<GgufFile> {
  const counted = countedStream(stream);
  const file = await decodeStream(counted.chunks, decoder);
  return { ...file, size: await counted.drain() };
}

/** Says of an error which input it is about. */
export function aboutTarget(error: unknown, target: string): unknown {
  if (error instanceof GgufError) error.target = target;
  return typeof (error as NodeJS.ErrnoException).syscall === 'string' ? systemError(target, error) : error;
}
