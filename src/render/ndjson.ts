/** One JSON object for each line, for tools that read as they go. */

export function* ndjson(entries: readonly object[]): Generator<string, void, void> {
  for (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}
