/** The file itself: its name as given, and what the fixed part of the header says. */

import type { GgufFile } from '../gguf/decode.js';
import type { FileReport } from './schema.js';

export function fileEntry(name: string, file: GgufFile): FileReport {
  return {
    name,
    size: file.size ?? null,
    ggufVersion: file.version,
    endianness: file.littleEndian ? 'little' : 'big',
    headerBytes: file.headerBytes,
    alignment: file.alignment,
    dataStart: file.dataStart,
    tensorCount: file.tensors.length,
    metadataCount: file.metadata.length,
  };
}
