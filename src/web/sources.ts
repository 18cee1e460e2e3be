/**
 * The model in files that were chosen or dropped: its header, and its bytes, which are read in place. The shards of a split model are one
 * model, as on the command line. Call it in a worker, where files can be read synchronously.
 */

import { ExplainedError, isExplained } from '../explained-error.js';
import { decodeHeader, type GgufFile } from '../gguf/decode.js';
import { joinShards } from '../gguf/shard-set.js';
import { blobBlocks } from '../io/blob-source.js';
import type { BlockSource } from '../io/block-source.js';
import { decodeAt, type RandomAccess } from '../io/decode-loop.js';
import { joinBlocks } from '../io/joined-block-source.js';
import { groupShards, readShardName, tooManyShards } from '../words/shard-names.js';

/** A file with its name, because a worker does not receive the name with the file. */
export interface NamedBlob {
  name: string;
  blob: Blob;
}

/** A header, and the bytes that it was read from. For a split model `bytes.header` is the first shard. */
export interface ModelInFiles {
  name: string;
  file: GgufFile;
  bytes: { header: RandomAccess; data: BlockSource };
}

/** Called with the number of bytes that arrived. */
export type OnBytes = (bytes: number) => void;

/**
 * Takes at least one file. Throws ExplainedError if the files are several models, GgufError if a header cannot be read, and the browser's
 * error if a file has disappeared.
 */
export function modelInFiles(files: readonly NamedBlob[], onBytes: OnBytes): ModelInFiles {
  const [model, ...others] = groupShards(files, ({ name }) => name);
  if (model === undefined || others.length > 0) {
    const message = `these ${files.length} files are ${others.length + 1} models`;
    throw new ExplainedError('several-models', message, 'open one file, or all shards of one split model');
  }
  const { members, of, surplus } = model;
  const read = members.map((one) => ({ ...one, ...headerOf(one, onBytes) }));
  const [{ name, header, file, blob }] = read as [(typeof read)[number]];
  if (of === null) return { name, file, bytes: { header, data: blobBlocks(blob) } };
  const refused = tooManyShards(of);
  if (refused !== undefined) throw new ExplainedError('too-many-shards', refused);
  const shards = read.map((one, i) => ({
    ...{ fileName: one.name, number: (readShardName(one.name)?.no ?? i) + 1, file: one.file },
  }));
  const joined = joinShards(shards, { count: of, surplus: surplus.map((one) => one.name) });
  const parts = read.map((one, i) => ({
    start: joined.set?.files[i]?.start ?? 0,
    open: async () => blobBlocks(one.blob),
  }));
  return { name, file: joined, bytes: { header, data: joinBlocks(parts) } };
}

/** A worker can read a file synchronously; the main thread of a page cannot. */
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };

function headerOf({ name, blob }: NamedBlob, onBytes: OnBytes): { header: RandomAccess; file: GgufFile } {
  const reader = new FileReaderSync();
  const header: RandomAccess = {
    size: blob.size,
    readAt(target, at, length, position) {
      const bytes = new Uint8Array(reader.readAsArrayBuffer(blob.slice(position, position + length)));
      target.set(bytes, at);
      onBytes(bytes.length);
      return bytes.length;
    },
  };
  try {
    return { header, file: decodeAt(header, (window) => decodeHeader(window)) };
  } catch (error) {
    throw isExplained(error) ? error.about(name) : error;
  }
}
