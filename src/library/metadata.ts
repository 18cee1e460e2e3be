/** The report of `metadata`: all keys, or one alone. */

import { UsageError } from '../explained-error.js';
import type { GgufFile } from '../gguf/decode.js';
import type { MetadataEntry } from '../gguf/metadata.js';
import type { KeepWhole } from '../gguf/reader.js';
import { metadataReport } from '../report/metadata-report.js';
import type { MetadataReport } from '../report/schema.js';
import { similarNames } from '../words/near-miss.js';

/** The values that are kept whole, however long: that of the key which is asked for, or all where `full` says so. */
export function wholeValues(wanted: string | undefined, full: boolean): KeepWhole {
  return wanted === undefined ? () => full : (key) => key === wanted;
}

/** The entries of a key: a file may have it more than once. Throws UsageError where it has none. `name` is that of the model. */
export function entriesOf(name: string, { metadata }: GgufFile, wanted: string): [MetadataEntry, ...MetadataEntry[]] {
  const [first, ...others] = metadata.filter(({ key }) => key === wanted);
  if (first !== undefined) return [first, ...others];
  const keys = metadata.map(({ key }) => key);
  const hint = similarNames(keys, wanted.split('.').at(-1) ?? '', 'gguf-explain metadata MODEL lists all keys');
  throw new UsageError('no-such-key', `no metadata key is named ${wanted}`, hint).about(name);
}

/** `wanted` is a key; without one all are told. Throws UsageError where the file does not have it. */
export function metadataOf(name: string, file: GgufFile, wanted: string | undefined): MetadataReport {
  return metadataReport(name, file, wanted === undefined ? file.metadata : entriesOf(name, file, wanted));
}
