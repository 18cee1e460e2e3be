/**
 * The decoder of a whole GGUF header, section by section in file order: counts, metadata, tensor infos, and where the data of each
 * tensor lies. It never looks at tensor data. Covers versions 1 to 3 in both byte orders.
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

/** Everything that the header of a GGUF file says, and nothing of the weights. */
export interface GgufFile {
  version: number;
  littleEndian: boolean;
  /** Entries in file order. Keys may repeat; `metadataValue` takes the first. */
  metadata: readonly MetadataEntry[];
  /** Tensors in file order. */
  tensors: readonly Tensor[];
  /** Bytes that the start of each tensor's data is a multiple of. */
  alignment: number;
  /** Bytes of header, metadata and tensor infos. */
  headerBytes: number;
  /** Offset of the data section: `headerBytes` rounded up to the alignment. */
  dataStart: number;
  /** Bytes of the whole file, where that is known. */
  size: number | undefined;
  /** What only the reading sees, in file order: text that is no UTF-8, and the like. All else is for the rules of checks/ to say. */
  findings: readonly Finding[];
  /** Of a split model: the files that it was put together from. */
  set?: ShardSet;
}

/** One file of a set. */
export interface ShardFile {
  /** Without folders. */
  fileName: string;
  /** From 1, as in its name. */
  number: number;
  /** Where its first byte stands among the bytes of all. */
  start: number;
  file: GgufFile;
}

export interface ShardSet {
  /** How many files the name promises. */
  count: number;
  /** Those that were read, by their numbers. */
  files: readonly ShardFile[];
  /** Names of files that look like shards of this set and are none: numbers beyond the count. */
  surplus: readonly string[];
}

/**
 * Decodes a header. Of long values only the head is kept, but of those whose key `keepWhole` names. Throws GgufError where the next
 * field cannot be found, and judges nothing else.
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
    // Of a stream it shows only here whether all that the last entries skipped was really there.
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

/** The value of a key: that of its first entry, as llama.cpp finds it. */
export function metadataValue(file: Pick<GgufFile, 'metadata'>, key: string): MetadataEntry['value'] | undefined {
  return file.metadata.find((entry) => entry.key === key)?.value;
}
