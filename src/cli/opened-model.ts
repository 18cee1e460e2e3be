/** A model that stays open: its header is read, its bytes can be read again, and the data of its tensors can follow. */

import { createReadStream, realpathSync } from 'node:fs';
import { type BlockSource, decodeThenBlocks, openBlocks } from '../bytes/blocks.js';
import { decodeAt, type RandomAccess } from '../bytes/drive.js';
import { openFile } from '../bytes/file.js';
import { memorySource } from '../bytes/memory.js';
import { aboutTarget } from '../explain.js';
import { decodeHeader, type GgufFile } from '../gguf/decode.js';
import { locate } from '../locate/locate.js';
import { UsageError } from './usage-error.js';

export interface OpenedModel {
  /** As it was typed. */
  name: string;
  /** The file without links on the way; null for what can be read only once. */
  realPath: string | null;
  file: GgufFile;
  /** Of a stream the bytes of the header alone. */
  source: RandomAccess;
  /** The data of the tensors; of a stream it can be read once and in order. */
  blocks(): BlockSource;
  close(): Promise<void>;
}

/** Throws as `readLocation` does, and UsageError for a stream whose header is too long to be kept. */
export async function openModel(target: string): Promise<OpenedModel> {
  const location = locate(target);
  try {
    return location.kind === 'file'
      ? openFromFile(target, location.path)
      : await openFromStream(target, createReadStream(location.path ?? '', location.path === null ? { fd: 0 } : {}));
  } catch (error) {
    throw aboutTarget(error, target);
  }
}

function openFromFile(name: string, path: string): OpenedModel {
  const source = openFile(path);
  try {
    const file = decodeAt(source, (window) => decodeHeader(window));
    let blocks: BlockSource | undefined;
    return {
      name,
      realPath: realpathSync(path),
      file,
      source,
      blocks: () => (blocks ??= openBlocks(path)),
      async close() {
        source.close();
        await blocks?.close();
      },
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Headers of real models have up to some tens of mebibytes. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

async function openFromStream(name: string, stream: AsyncIterable<Uint8Array>): Promise<OpenedModel> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  let header = true;
  async function* keeping(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of stream) {
      bytes += header ? chunk.length : 0;
      if (bytes > MAX_KEPT_BYTES) {
        const message = `${name}: its header is longer than ${MAX_KEPT_BYTES} bytes, too long to be compared as a stream`;
        throw new UsageError('header-too-long', message, 'save it to a file first');
      }
      if (header) kept.push(chunk);
      yield chunk;
    }
  }
  const { value: file, blocks } = await decodeThenBlocks(keeping(), (window) => decodeHeader(window));
  header = false;
  const source = memorySource(Buffer.concat(kept));
  return { name, realPath: null, file, source, blocks: () => blocks, close: () => blocks.close() };
}
