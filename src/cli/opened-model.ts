/** A model that stays open: its header is read, its bytes can be read again, and the data of its tensors can follow. */

import { realpathSync } from 'node:fs';
import { decodeHeader, type GgufFile } from '../gguf/decode.js';
import { type BlockSource, decodeThenBlocks } from '../io/block-source.js';
import type { RandomAccess } from '../io/decode-loop.js';
import { openFile } from '../io/file.js';
import { memorySource } from '../io/memory-source.js';
import { fileChunks } from '../io/open-file.js';
import { located } from '../locate/locate.js';
import type { Found, HttpLocation, OneFile, ShardLocation, StreamLocation } from '../locate/location.js';
import { aboutTarget } from '../read-location.js';
import { pathsByNumber } from './locality.js';
import { locateTarget } from './locate-target.js';
import { openWeights } from './open-weights.js';
import { UsageError } from './usage-error.js';

export interface OpenedModel {
  /** As it was typed. */
  name: string;
  /** Its files by their numbers, less 1, without links on the way; null for what is not on this disk. */
  realPaths: readonly (string | undefined)[] | null;
  file: GgufFile;
  /** The bytes of the header; of a split model those of the first shard, which has the metadata. */
  source: RandomAccess;
  /** The data of the tensors; of a stream it can be read once and in order. */
  blocks: BlockSource;
  /** Whether it is a stream. */
  forwards: boolean;
  close(): Promise<void>;
}

/** Throws as `readLocation` does, and UsageError for a header that comes as a stream and is too long to be kept. */
export async function openModel(target: string): Promise<OpenedModel> {
  const location = await located(locateTarget(target));
  try {
    if (location.kind === 'stream') return await openStream(target, location);
    if (location.kind === 'http') return await openRemote(target, location);
    const { file, blocks } = await openWeights(location);
    try {
      const { source, close } = await openHeader(target, firstFile(location, file));
      return {
        ...{ name: target, realPaths: realPathsOf(location), file, source, blocks, forwards: false },
        async close() {
          close();
          await blocks.close();
        },
      };
    } catch (error) {
      await blocks.close();
      throw error;
    }
  } catch (error) {
    throw aboutTarget(error, target);
  }
}

function firstFile(location: Exclude<Found, StreamLocation>, { set }: GgufFile): OneFile {
  if (location.kind !== 'shards') return location;
  const number = set?.files[0]?.number;
  return (location.shards.find((shard) => shard.number === number) as ShardLocation).location;
}

function realPathsOf(location: Exclude<Found, StreamLocation>): (string | undefined)[] | null {
  return pathsByNumber(location)?.map((path) => (path === undefined ? undefined : realpathSync(path))) ?? null;
}

/** The bytes of a header that can be looked at again, and what gives them back. */
async function openHeader(name: string, file: OneFile): Promise<{ source: RandomAccess; close: () => void }> {
  if (file.kind === 'file') {
    const source = openFile(file.path);
    return { source, close: () => source.close() };
  }
  const chunks = await file.file.open();
  const { source, blocks } = await keepHeader(name, chunks, file.file.size);
  await blocks.close();
  return { source, close: () => undefined };
}

/** The header is asked for once and kept; what follows it is asked for where it is needed. */
async function openRemote(name: string, { file: remote }: HttpLocation): Promise<OpenedModel> {
  const { file, source, blocks: rest } = await keepHeader(name, await remote.open(), remote.size);
  await rest.close();
  const { httpBlocks } = await import('../io/http/http-block-source.js');
  const blocks = httpBlocks(remote);
  return { name, realPaths: null, file, source, blocks, forwards: false, close: () => blocks.close() };
}

async function openStream(name: string, { path }: StreamLocation): Promise<OpenedModel> {
  const kept = await keepHeader(name, fileChunks(path));
  return { name, realPaths: null, forwards: true, ...kept, close: () => kept.blocks.close() };
}

/** Headers of real models have up to some tens of mebibytes. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/** Reads a header as it comes, and keeps its bytes. */
async function keepHeader(
  name: string,
  stream: AsyncIterable<Uint8Array>,
  size?: number,
): Promise<Pick<OpenedModel, 'file' | 'source' | 'blocks'>> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  let header = true;
  async function* keeping(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of stream) {
      bytes += header ? chunk.length : 0;
      if (bytes > MAX_KEPT_BYTES) {
        const message = `its header is longer than ${MAX_KEPT_BYTES} bytes, too long to be compared as a stream`;
        throw new UsageError('header-too-long', message, 'save it to a file first').about(name);
      }
      if (header) kept.push(chunk);
      yield chunk;
    }
  }
  const { value: file, blocks } = await decodeThenBlocks(keeping(), (window) => decodeHeader(window), size);
  header = false;
  return { file, source: memorySource(Buffer.concat(kept)), blocks };
}
