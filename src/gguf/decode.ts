/**
 * The decoder of a whole GGUF header, section by section in file order: counts, metadata, tensor infos, and where the data of each
 * tensor lies. It never looks at tensor data. Covers versions 1 to 3 in both byte orders.
 */

import type { Steps, Window } from '../bytes/window.js';
import { layOutData, type Tensor } from './data-layout.js';
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
  /** Entries in file order. Keys may repeat (a finding); `metadataValue` takes the first. */
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
  /** What the reading came across, in file order. */
  findings: readonly Finding[];
}

/**
 * Decodes a header. Of long values only the head is kept, but of those whose key `keepWhole` names. Throws GgufError where the next field cannot be found; all else
 * is in `findings`.
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
    reader.entry = undefined;
    // Of a stream it shows only here whether all that the last entries skipped was really there.
    yield* window.need(0, 'end of the header');

    noteRepeats(reader, metadata, infos);
    const headerBytes = window.offset;
    const alignment = readAlignment(reader, metadata);
    const dataStart = Math.ceil(headerBytes / alignment) * alignment;
    const { tensors, findings } = layOutData(infos, { alignment, dataStart, size: window.size });
    return {
      version: reader.version,
      littleEndian: window.littleEndian,
      metadata,
      tensors,
      alignment,
      headerBytes,
      dataStart,
      size: window.size,
      findings: [...reader.findings, ...findings],
    };
  } catch (error) {
    throw reader.located(error);
  }
}

/** The value of a key: that of its first entry, as llama.cpp finds it. */
export function metadataValue(file: Pick<GgufFile, 'metadata'>, key: string): MetadataEntry['value'] | undefined {
  return file.metadata.find((entry) => entry.key === key)?.value;
}

/** `general.alignment` (u32, a power of two); what cannot be used is a finding and the default holds. */
function readAlignment(reader: Reader, metadata: readonly MetadataEntry[]): number {
  const entry = metadata.find(({ key }) => key === 'general.alignment');
  if (entry === undefined) return DEFAULT_ALIGNMENT;
  const place = { offset: entry.offset, key: entry.key };
  const value = typeof entry.value === 'bigint' ? Number(entry.value) : entry.value;
  if (typeof value !== 'number' || !Number.isInteger(value) || value <= 0 || value > MAX_ALIGNMENT) {
    reader.note('alignment-unusable', { found: describe(entry), used: DEFAULT_ALIGNMENT }, place);
    return DEFAULT_ALIGNMENT;
  }
  if (entry.type !== 'u32') reader.note('alignment-wrong-type', { type: entry.type }, place);
  if ((value & (value - 1)) !== 0) reader.note('alignment-not-power-of-two', { alignment: value }, place);
  return value;
}

/** A larger alignment than a gigabyte cannot be meant, and would move the data start past every file. */
const MAX_ALIGNMENT = 0x4000_0000;

function describe(entry: MetadataEntry): string {
  return typeof entry.value === 'object'
    ? `a value of type ${entry.type}`
    : `${entry.type} ${String(entry.value).slice(0, 40)}`;
}

function noteRepeats(reader: Reader, metadata: readonly MetadataEntry[], infos: readonly TensorInfo[]): void {
  const keys = new Set<string>();
  for (const { key, offset } of metadata) {
    if (keys.has(key)) reader.note('duplicate-key', { key }, { offset, key });
    keys.add(key);
  }
  const names = new Set<string>();
  for (const { name, offset } of infos) {
    if (names.has(name)) reader.note('duplicate-tensor', { name }, { offset, tensor: name });
    names.add(name);
  }
}
