/** The report of `metadata`: all keys, or one. */

import { UsageError } from '../explained-error.js';
import type { GgufFile } from '../gguf/decode.js';
import type { MetadataEntry } from '../gguf/metadata.js';
import type { KeepWhole } from '../gguf/reader.js';
import { metadataReport } from '../report/metadata-report.js';
import type { MetadataReport } from '../report/schema.js';
import { similarNames } from '../words/near-miss.js';

/** The keys whose values are kept whole, however long: the key that was asked for, or all with `full`. */
export function wholeValues(wanted: string | undefined, full: boolean): KeepWhole {
  return wanted === undefined ? () => full : (key) => key === wanted;
}

/** The entries with a key: a file may have it more than once. Throws UsageError if it has none. `name` is the name of the model. */
export function entriesOf(name: string, { metadata }: GgufFile, wanted: string): [MetadataEntry, ...MetadataEntry[]] {
  const [first, ...others] = metadata.filter(({ key }) => key === wanted);
  if (first !== undefined) return [first, ...others];
  const keys = metadata.map(({ key }) => key);
  const hint = similarNames(wanted, keys, wanted.split('.').at(-1) ?? '', 'gguf-explain metadata MODEL lists all keys');
  throw new UsageError('no-such-key', `no metadata key is named ${wanted}`, hint).about(name);
}

/** `wanted` is a key; undefined means all keys. Throws UsageError if the file does not have it. */
export function metadataOf(name: string, file: GgufFile, wanted: string | undefined): MetadataReport {
  return metadataReport(name, file, wanted === undefined ? file.metadata : entriesOf(name, file, wanted));
}
