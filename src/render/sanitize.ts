/**
 * Text from a file, made harmless before a terminal sees it. A GGUF may hold anything: escape sequences that recolour or rewrite the
 * screen, characters that turn the direction of writing around, characters that cannot be seen. Each becomes a visible `\u{…}`.
 */

/** Controls (C0, DEL, C1), line and paragraph separators, bidi controls, zero-width and other invisible characters, surrogates alone. */
const UNSAFE =
  /\u034f|[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|[\u180b-\u180f]|\p{Surrogate}/gu;

/** The same, but line breaks and tabs stay: for text that is shown as a block, such as a chat template. */
const UNSAFE_IN_BLOCK = new RegExp(`(?![\\n\\t])(?:${UNSAFE.source})`, 'gu');

/** One line of harmless text. */
export function sanitize(text: string): string {
  return SAFE_ASCII.test(text) ? text : text.replace(UNSAFE, escapeCharacter);
}

/** Harmless text of several lines. */
export function sanitizeBlock(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSAFE_IN_BLOCK, escapeCharacter);
}

/** JSON with the same characters as JSON escapes: equal to any parser, and harmless where it is printed. */
export function sanitizeJson(json: string): string {
  if (!MAY_BE_UNSAFE.test(json)) return json;
  return json.replace(UNSAFE_IN_BLOCK, (character) =>
    [...character.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );
}

/**
 * A wider class that is quick to look for, in text in which JSON has escaped the C0 controls already: most reports have none of
 * these, and looking for the exact ones takes longer than all the rest of writing them.
 */
const MAY_BE_UNSAFE =
  /\u034f|[\u180b-\u180f]|[\u007f-\u00a0\u00ad\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\uffff]/;

const SAFE_ASCII = /^[\x20-\x7e]*$/;

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}
