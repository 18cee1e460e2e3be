/**
 * A report as JSON, piece by piece: a header can hold a million names, and one string of all of them would be larger than all that
 * the program keeps in memory. The pieces together are what `JSON.stringify(report, null, 2)` gives; what a terminal must not see is
 * escaped where they are written.
 */

/** Items from which on a list is written one by one; shorter ones are faster in one piece. */
const LONG_LIST = 2048;

export function* jsonPieces(value: unknown): Generator<string, void, void> {
  yield* pieces(value, '\n');
  yield '\n';
}

/**
 * The same for a report whose last field is a list that is made while it is written. `head` has the fields before it, of which there is at
 * least one. What the list throws comes through, after the pieces that are made by then.
 */
export async function* jsonOfRows(
  head: object,
  name: string,
  rows: AsyncIterable<unknown>,
): AsyncGenerator<string, void, void> {
  const opened = JSON.stringify(head, null, 2).slice(0, -'\n}'.length);
  let begin = `${opened},\n  ${JSON.stringify(name)}: [`;
  let joint = '\n    ';
  // Nothing is written before there is a first row: what goes wrong until then is told as an error alone.
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

/** `line` is a line break and the indentation of the place. */
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

// One JSON object for each line, for tools that read as they go.

export function* ndjson(entries: readonly object[]): Generator<string, void, void> {
  for (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}
