/** The file itself: its name as typed, and the fixed part of the header. */

import type { GgufFile, ShardFile, ShardSet } from '../gguf/decode.js';
import { withoutSecrets } from '../words/without-secrets.js';
import type { FileReport, ShardRow } from './schema.js';

export function fileEntry(name: string, file: GgufFile): FileReport {
  return {
    name: withoutSecrets(name),
    size: file.size ?? null,
    ggufVersion: file.version,
    endianness: file.littleEndian ? 'little' : 'big',
    headerBytes: file.headerBytes,
    alignment: file.alignment,
    dataStart: file.dataStart,
    tensorCount: file.tensors.length,
    metadataCount: file.metadata.length,
    ...(file.set === undefined ? {} : shardRows(file.set)),
  };
}

function shardRows({ count, files }: ShardSet): Required<Pick<FileReport, 'shardCount' | 'shards'>> {
  return { shardCount: count, shards: files.map(shardRow) };
}

function shardRow({ fileName, number, file }: ShardFile): ShardRow {
  const { size, headerBytes, dataStart, tensors, metadata } = file;
  return {
    file: fileName,
    number,
    size: size ?? null,
    headerBytes,
    dataStart,
    tensorCount: tensors.length,
    metadataCount: metadata.length,
    parameters: tensors.reduce((sum, { elements }) => sum + elements, 0),
    bytes: tensors.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0),
  };
}
