/** `metadata`: all keys, or the value of one alone for a script. */

import { UsageError } from '../../explained-error.js';
import type { MetadataEntry } from '../../gguf/metadata.js';
import { renderMetadata } from '../../render/text/metadata-table.js';
import { metadataReport, rawValue } from '../../report/metadata-report.js';
import type { MetadataOptions } from '../definitions/metadata.js';
import { printReport } from '../formats.js';
import { modelFirst } from '../model-argument.js';
import { openTarget } from '../open-target.js';
import { tellLines, writeLines, writeUnchanged } from '../output.js';
import { isTerminal } from '../terminal.js';

export async function run(first: string, second: string | undefined, options: MetadataOptions): Promise<void> {
  if (second === undefined) {
    const { file } = await openTarget(first, { keepWhole: () => options.full === true });
    await printReport(metadataReport(first, file, file.metadata), options.format, { text: renderMetadata });
    return;
  }
  const [target, wanted] = modelFirst(first, second);
  const { file } = await openTarget(target, { keepWhole: (key) => key === wanted });
  const entries = file.metadata.filter(({ key }) => key === wanted);
  const [entry] = entries;
  if (entry === undefined) {
    const hint = similarKeys(file.metadata, wanted);
    throw new UsageError('no-such-key', `no metadata key is named ${wanted}`, hint).about(target);
  }
  if (options.format === 'text') return printValue(entry);
  await printReport(metadataReport(target, file, entries), options.format, {});
}

function printValue(entry: MetadataEntry): void {
  const { text, complete } = rawValue(entry.value, entry.type === 'f32');
  // A script gets every byte, through a pipe or into a file; a terminal must not be driven by what a file holds.
  if (isTerminal(1)) writeLines(text.replace(/\n$/, '').split(/\r?\n/));
  else writeUnchanged(text);
  if (!complete) tellLines(['gguf-explain: the value is too long to be held whole; only its beginning is shown']);
}

function similarKeys(entries: readonly MetadataEntry[], wanted: string): string {
  const part = wanted.split('.').at(-1) ?? wanted;
  const similar = part === '' ? [] : entries.filter(({ key }) => key.includes(part)).slice(0, 3);
  if (similar.length > 0) return `there is ${similar.map(({ key }) => key).join(', ')}`;
  return 'gguf-explain metadata MODEL lists all keys';
}
