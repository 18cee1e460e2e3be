/**
 * Decodes a whole GGUF header, section by section in file order: counts, metadata, tensor infos, and where the data of each tensor is. It
 * never reads tensor data. Supports versions 1 to 3 in both byte orders.
 */

import type { Steps, Window } from '../io/window.js';
import { alignmentEntry, usableAlignment } from './alignment.js';
import { layOutData, padded, type Tensor } from './data-layout.js';
import type { Finding } from './finding.js';
import { readCounts } from './header.js';
import { DEFAULT_ALIGNMENT } from './limits.js';
import { type MetadataEntry, readEntry } from './metadata.js';
import { type KeepWhole, Reader } from './reader.js';
import { readTensorInfo, type TensorInfo } from './tensor-infos.js';

/** Everything in the header of a GGUF file, without the weights. */
export interface GgufFile {
  version: number;
  littleEndian: boolean;
  /** Entries in file order. Keys may repeat; `metadataValue` uses the first entry. */
  metadata: readonly MetadataEntry[];
  /** Tensors in file order. */
  tensors: readonly Tensor[];
  /** The start of each tensor's data is a multiple of this number of bytes. */
  alignment: number;
  /** Total bytes of header, metadata and tensor infos. */
  headerBytes: number;
  /** Offset of the data section: `headerBytes` rounded up to the alignment. */
  dataStart: number;
  /** Size of the whole file in bytes, if known. */
  size: number | undefined;
  /**
   * Findings that only the reader can make, such as text that is not valid UTF-8, in file order. The rules in checks/ report everything
   * else.
   */
  findings: readonly Finding[];
  /** In a split model: the files that it was assembled from. */
  set?: ShardSet;
}

/** One file of a set. */
export interface ShardFile {
  /** The name without folders. */
  fileName: string;
  /** Its number, from 1, as in its name. */
  number: number;
  /** Position of its first byte among the bytes of all files. */
  start: number;
  file: GgufFile;
}

export interface ShardSet {
  /** The number of files according to the name. */
  count: number;
  /** The files that were read, by number. */
  files: readonly ShardFile[];
  /** Names of files that look like shards of this set but are not, because their number exceeds the count. */
  surplus: readonly string[];
}

/**
 * Decodes a header. Only the beginning of long values is kept, except for keys that `keepWhole` selects. Throws GgufError if the next field
 * cannot be found, and reports nothing else.
 */
export function* decodeHeader(window: Window, keepWhole?: KeepWhole): Steps<GgufFile> {
  const reader = new Reader(window, keepWhole);
  try {
    const { tensorCount, metadataCount } = yield* readCounts(reader);
    reader.section = 'metadata';
    const metadata: MetadataEntry[] = [];
    for (let i = 0; i < metadataCount; i++) metadata.push(yield* readEntry(reader, i));
    reader.section = 'tensor infos';
    const infos: TensorInfo[] = [];
    for (let i = 0; i < tensorCount; i++) infos.push(yield* readTensorInfo(reader, i));
    reader.item = undefined;
    // In a stream, this is where it shows whether everything skipped by the last entries was really present.
    yield* window.need(0, 'end of the header');

    const headerBytes = window.offset;
    const alignment = usableAlignment(alignmentEntry(metadata)) ?? DEFAULT_ALIGNMENT;
    const dataStart = padded(headerBytes, alignment);
    const tensors = layOutData(infos, { alignment, dataStart, size: window.size });
    return {
      version: reader.version,
      littleEndian: window.littleEndian,
      metadata,
      tensors,
      alignment,
      headerBytes,
      dataStart,
      size: window.size,
      findings: reader.findings,
    };
  } catch (error) {
    throw reader.located(error);
  }
}

/** The value of a key's first entry, as in llama.cpp. */
export function metadataValue(file: Pick<GgufFile, 'metadata'>, key: string): MetadataEntry['value'] | undefined {
  return file.metadata.find((entry) => entry.key === key)?.value;
}
