/**
 * Checks JSON from a server or another program before it is parsed: the engine's parser takes whatever memory a text requires, and a few
 * megabytes of brackets require hundreds.
 */

export type ParsedJson = { value: unknown; wrong?: undefined } | { value?: undefined; wrong: string };

/** Maximum nesting: folders in a listing, or layers of a manifest, are not deeper. */
const MOST_DEPTH = 32;

/**
 * Maximum number of values in objects and arrays; a listing of a hundred thousand files with everything that the hub states about each has
 * fewer.
 */
const MOST_VALUES = 2_000_000;

/** The value, or what is wrong with the text, as the end of a sentence that begins with `it`. Takes time proportional to the text. */
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

/** The index of the closing quotation mark of a string, or of the end of the text. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i;
    if (code === 0x5c) i++; // skip a backslash and the escaped character
  }
  return text.length;
}
