/** Reads lines of a stream: only one is in memory at a time, and its length is limited. */

export interface LineRules {
  end: '\n' | '\0';
  /** Maximum bytes of a line. */
  most: number;
  /** Whether longer lines are skipped; otherwise they are an error. */
  passOver?: boolean;
}

/** A line is too long. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
  /** Line number, from 1. */
  readonly line: number;

  constructor(line: number, most: number) {
    super(`line ${line} is longer than ${most} bytes`);
    this.line = line;
  }
}

/** The lines without their line endings; empty ones are omitted. A line may be any path, so it is not trimmed. */
export async function* lines(
  stream: AsyncIterable<Uint8Array>,
  { end, most, passOver = false }: LineRules,
): AsyncGenerator<string, void, void> {
  const code = end.charCodeAt(0);
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let number = 1;
  const add = (part: Uint8Array): void => {
    bytes += part.length;
    if (bytes <= most) parts.push(part);
    else if (passOver) parts = [];
    else throw new LineTooLong(number, most);
  };
  const take = (): string => {
    const line = bytes > most ? '' : Buffer.concat(parts).toString();
    parts = [];
    bytes = 0;
    number++;
    return end === '\n' ? line.replace(/\r$/, '') : line;
  };
  for await (const chunk of stream) {
    let from = 0;
    for (let to = chunk.indexOf(code); to !== -1; to = chunk.indexOf(code, from)) {
      add(chunk.subarray(from, to));
      from = to + 1;
      const line = take();
      if (line !== '') yield line;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  }
  const last = take();
  if (last !== '') yield last;
}
