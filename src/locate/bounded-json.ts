/**
 * JSON that a server or a program wrote, looked through before it is parsed: the engine's parser takes whatever memory a text asks for,
 * and a few megabytes of brackets ask for hundreds.
 */

export type ParsedJson = { value: unknown; wrong?: undefined } | { value?: undefined; wrong: string };

/** Folders in folders of a list, or layers of a manifest, are no deeper. */
const MOST_DEPTH = 32;

/** Values in objects and lists; a list of a hundred thousand files with all that the hub says of each has fewer. */
const MOST_VALUES = 2_000_000;

/** The value; or what is wrong with the text, as the end of a sentence that begins with `it`. Takes a time that grows with the text. */
export function parseJson(text: string): ParsedJson {
  const wrong = beyondBounds(text);
  if (wrong !== undefined) return { wrong };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { wrong: 'is not JSON' };
  }
}

function beyondBounds(text: string): string | undefined {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        i = endOfString(text, i);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > MOST_DEPTH) return `is nested more than ${MOST_DEPTH} deep`;
        values++;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x2c: // ,
        values++;
        break;
    }
    if (values > MOST_VALUES) return `has more than ${MOST_VALUES} values`;
  }
  return undefined;
}

/** The index of the quotation mark that ends a string, or of the end of the text. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i;
    if (code === 0x5c) i++; // a backslash, and what it stands before
  }
  return text.length;
}
