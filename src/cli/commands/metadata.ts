/** `metadata`: all keys, or the value of one key for a script. */

import type { MetadataEntry } from '../../gguf/metadata.js';
import { entriesOf, metadataOf, wholeValues } from '../../library/metadata.js';
import { renderMetadata } from '../../render/text/metadata-table.js';
import { rawValue } from '../../report/metadata-report.js';
import type { MetadataOptions } from '../definitions/metadata.js';
import { printReport } from '../formats.js';
import { modelFirst } from '../model-argument.js';
import { openTarget } from '../open-target.js';
import { tellLines, writeLines, writeUnchanged } from '../output.js';
import { outputIsTerminal } from '../terminal.js';

export async function run(first: string, second: string | undefined, options: MetadataOptions): Promise<void> {
  const [target, wanted] = second === undefined ? [first, undefined] : modelFirst(first, second);
  const { file } = await openTarget(target, { keepWhole: wholeValues(wanted, options.full === true) });
  if (wanted !== undefined && options.format === 'text') return printValue(entriesOf(target, file, wanted)[0]);
  await printReport(metadataOf(target, file, wanted), options.format, { text: renderMetadata });
}

function printValue(entry: MetadataEntry): void {
  const { text, complete } = rawValue(entry.value, entry.type === 'f32');
  // A script gets every byte, through a pipe or in a file. On a terminal the text is escaped, so that a file cannot control the terminal.
  if (outputIsTerminal()) writeLines(text.replace(/\n$/, '').split(/\r?\n/));
  else writeUnchanged(text);
  if (!complete) tellLines(['gguf-explain: the value is too long to be held whole; only its beginning is shown']);
}
