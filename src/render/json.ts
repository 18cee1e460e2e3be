/**
 * A report as JSON, piece by piece: a header can contain a million names, and one string of all of them would be larger than everything
 * else in memory. Joined, the pieces equal `JSON.stringify(report, null, 2)`. Characters that are unsafe on a terminal are escaped when the
 * pieces are written.
 */

/** From this length, the items of a list are written one by one; shorter lists are faster in one piece. */
const LONG_LIST = 2048;

export function* jsonPieces(value: unknown): Generator<string, void, void> {
  yield* pieces(value, '\n');
  yield '\n';
}

/**
 * The same for a report whose last field is a list that is produced while it is written. `head` has the fields before it, at least one. An
 * error of the list is thrown on, after the pieces that were complete by then.
 */
export async function* jsonOfRows(
  head: object,
  name: string,
  rows: AsyncIterable<unknown>,
): AsyncGenerator<string, void, void> {
  const opened = JSON.stringify(head, null, 2).slice(0, -'\n}'.length);
  let begin = `${opened},\n  ${JSON.stringify(name)}: [`;
  let joint = '\n    ';
  // Nothing is written before the first row: an error until then is the only output.
  for await (const row of rows) {
    yield begin;
    begin = '';
    yield joint;
    yield* pieces(row, '\n    ');
    joint = ',\n    ';
  }
  yield begin;
  yield joint.startsWith(',') ? '\n  ]\n}\n' : ']\n}\n';
}

/** `line` is a line break and the indentation at this place. */
function* pieces(value: unknown, line: string): Generator<string, void, void> {
  if (!hasLongList(value)) {
    yield JSON.stringify(value, null, 2).replaceAll('\n', line);
    return;
  }
  const inner = `${line}  `;
  const list = Array.isArray(value);
  let joint = list ? '[' : '{';
  for (const [key, item] of Object.entries(value as object)) {
    if (item === undefined) continue;
    yield joint + inner + (list ? '' : `${JSON.stringify(key)}: `);
    yield* pieces(item, inner);
    joint = ',';
  }
  yield line + (list ? ']' : '}');
}

function hasLongList(value: unknown): boolean {
  if (Array.isArray(value)) return value.length >= LONG_LIST || value.some(hasLongList);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLongList);
}

// One JSON object for each line, for tools that read line by line.

export function* ndjson(entries: readonly object[]): Generator<string, void, void> {
  for (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}
