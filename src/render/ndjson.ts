/** One JSON object for each line, for tools that read as they go. */

import { sanitizeJson } from './sanitize.js';

export function* ndjson(entries: readonly object[]): Generator<string, void, void> {
  for (const entry of entries) yield `${sanitizeJson(JSON.stringify(entry))}\n`;
}
