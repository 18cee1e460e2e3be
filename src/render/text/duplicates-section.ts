/** Which files hold the same bytes, and what could be freed. */

import type { DuplicatesReport } from '../../report/list-schema.js';
import { formatBytes, formatCount } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { breakText } from './columns.js';

/** Of a digest: enough to tell it apart. */
const DIGITS = 12;

export function duplicatesSection(report: DuplicatesReport, { theme, width }: RenderOptions): string[] {
  const { groups, freeableBytes, readBytes, unreadable } = report;
  const indented = (text: string) => breakText(sanitize(text), width - 4).map((line) => `  ${line}`);
  const lines = [theme.heading('DUPLICATES')];
  const sum = `${formatBytes(freeableBytes)} could be freed, where one of each is enough`;
  lines.push(...breakText(groups.length === 0 ? 'no two files hold the same bytes' : sum, width - 2));
  for (const { sha256, bytes, files } of groups) {
    const named = `${formatCount(files.length, 'file')} of ${formatBytes(bytes)}`;
    lines.push(...breakText(`${named}, SHA-256 ${sha256.slice(0, DIGITS)}…`, width - 2));
    for (const { path } of files) lines.push(...indented(path));
  }
  for (const path of unreadable) lines.push(...indented(`could not be compared: ${path}`).map(theme.level.warning));
  const named = groups.some(({ files }) => files.some(({ digestFrom }) => digestFrom === 'name'));
  const read = readBytes === 0 ? 'Nothing was read for it' : `${formatBytes(readBytes)} were read for it`;
  const trust = named ? ': blobs of the hub and of Ollama are named after their digests, which are trusted' : '';
  if (groups.length > 0) lines.push(...breakText(`${read}${trust}.`, width - 2).map(theme.muted));
  return lines;
}
