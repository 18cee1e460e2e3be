/** The report of the command `metadata`: every key with its type, its value in the form of JSON, and its meaning. */

import { type GgufFile, metadataValue } from '../gguf/decode.js';
import type { MetadataEntry, MetadataValue } from '../gguf/metadata.js';
import { stringOrNull } from '../model/hyperparameters.js';
import { knownKey } from '../model/metadata-key.js';
import { shortestSingle } from '../words/format-quantity.js';
import { METADATA_KEY_WORDS } from '../words/metadata-key-words.js';
import { fileEntry } from './file-entry.js';
import type { MetadataEntryReport, MetadataReport } from './schema.js';

type Json = MetadataEntryReport['value'];

/** `entries` are all of the file, or the requested ones. */
export function metadataReport(name: string, file: GgufFile, entries: readonly MetadataEntry[]): MetadataReport {
  const architecture = stringOrNull(metadataValue(file, 'general.architecture'));
  return {
    schemaVersion: 1,
    file: fileEntry(name, file),
    metadata: entries.map((entry) => metadataEntry(entry, keyWords(entry.key, architecture))),
  };
}

function metadataEntry(
  { key, type, value, offset, byteLength }: MetadataEntry,
  says: string | undefined,
): MetadataEntryReport {
  const common = { key, offset, bytes: byteLength, ...(says === undefined ? {} : { says }) };
  if (typeof value !== 'object') return { ...common, type, value: toJson(value, type === 'f32'), complete: true };
  if (value.kind === 'long-string') {
    return { ...common, type, value: value.head, count: value.byteLength, complete: false };
  }
  return {
    ...common,
    type: `array of ${value.itemType}`,
    value: toJson(value, value.itemType === 'f32'),
    count: value.count,
    complete: value.items.length === value.count,
  };
}

/** A value in the form of JSON: numbers that JSON cannot represent become strings. `single`: the value is a 32-bit float. */
function toJson(value: MetadataValue, single: boolean): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? (single ? shortestSingle(value) : value) : String(value);
  if (typeof value !== 'object') return value;
  return value.kind === 'long-string' ? value.head : value.items.map((item) => toJson(item, single));
}

// The meaning of a metadata key, in words.

function keyWords(key: string, architecture: string | null): string | undefined {
  const known = knownKey(key, architecture);
  return known === undefined ? undefined : METADATA_KEY_WORDS[known];
}

// The bare value of a key, for scripts: the text itself, a number, or an array with one item on each line.

/** `single`: numbers are 32-bit floats. */
export function rawValue(value: MetadataValue, single: boolean): { text: string; complete: boolean } {
  if (typeof value === 'number' && single) return { text: `${shortestSingle(value)}\n`, complete: true };
  if (typeof value !== 'object') return { text: `${value}\n`, complete: true };
  if (value.kind === 'long-string') return { text: `${value.head}\n`, complete: false };
  const items = value.items.map((item) => rawValue(item, value.itemType === 'f32'));
  return {
    text: items.map(({ text }) => text).join(''),
    complete: value.items.length === value.count && items.every(({ complete }) => complete),
  };
}
