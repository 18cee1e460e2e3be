/** One JSON object for each line, for tools that read as they go. */

import { sanitizeJson } from './sanitize.js';

export function ndjson(entries: readonly object[]): string {
  return entries.map((entry) => `${sanitizeJson(JSON.stringify(entry))}\n`).join('');
}
