/**
 * Makes text from a file safe before a terminal gets it. A GGUF may contain anything: escape sequences that recolor or rewrite the screen,
 * characters that change the direction of writing, invisible characters. Each becomes a visible `\u{…}`.
 */

/** Controls (C0, DEL, C1), line and paragraph separators, bidi controls, zero-width and other invisible characters, unpaired surrogates. */
const UNSAFE =
  /\u034f|[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|[\u180b-\u180f]|[\ud800-\udfff]/gu;

/** The same, except line breaks and tabs, which JSON itself uses. */
const UNSAFE_IN_JSON = new RegExp(`(?![\\n\\t])(?:${UNSAFE.source})`, 'gu');

/**
 * Begins a style of the program: an escape sequence with numbers that are random in every process, so that no file can contain it. It has
 * three numbers of four digits, which all code that measures terminal text takes as a style without a width.
 */
const MARK = `\u001b[${[0, 1, 2].map(() => 1000 + Math.floor(Math.random() * 9000)).join(';')};`;

/** A style for text, which is made safe first; `printableLine` lets the style through. `paint` adds a style in the way that chalk does. */
export function styled(paint: (text: string) => string): (text: string) => string {
  return (text) => paint(sanitize(text).replaceAll(MARK, ESCAPE)).replaceAll(ESCAPE, MARK);
}

const ESCAPE = '\u001b[';

/** For a document, which may also end its lines with CR LF, as CSV does. */
const UNSAFE_IN_DOCUMENT = new RegExp(`(?![\\n\\t]|\\r\\n)(?:${UNSAFE.source})`, 'gu');

/** One line of safe text. The program's own styles are kept. Safe text does not change, so it may be sanitized twice. */
export function sanitize(text: string): string {
  if (SAFE_ASCII.test(text) || !MAY_BE_UNSAFE_IN_TEXT.test(text)) return text;
  return text.replace(UNSAFE, (character, at: number) =>
    character === '\u001b' && text.startsWith(MARK, at) ? character : escapeCharacter(character),
  );
}

/**
 * A line in the form in which it is written to a screen or a log: sanitized, with styles for the terminal, and without commands to a CI
 * system.
 */
export function printableLine(line: string): string {
  const harmless = withoutCommands(sanitize(line));
  return harmless.includes(MARK) ? harmless.replaceAll(MARK, ESCAPE) : harmless;
}

/** The same for text in a format that escapes the line breaks of names and values itself, such as XML or CSV. */
export function printableDocument(text: string): string {
  const harmless = MAY_BE_UNSAFE_IN_TEXT.test(text) ? text.replace(UNSAFE_IN_DOCUMENT, escapeCharacter) : text;
  return withoutCommands(harmless);
}

/**
 * The runner of GitHub Actions obeys a line that starts with `::`, also after white space, and `##[` anywhere in a line; Azure Pipelines
 * obeys `##vso[`, TeamCity `##teamcity[`.
 */
function withoutCommands(text: string): string {
  if (!text.includes('::') && !text.includes('##')) return text;
  return text.replace(STARTS_COMMAND, (start) => `${start.slice(0, -1)}\\u{3a}`).replace(OLD_COMMAND, '\\u{23}');
}

/** The same for a line that is meant as a command to the runner: a name in it cannot become a second command. */
export function printableAnnotation(line: string): string {
  return sanitize(line).replace(OLD_COMMAND, '\\u{23}');
}

const STARTS_COMMAND = /^(?:[^\S\n\r\u2028\u2029]|\u001b\[[\d;]*m)*:(?=:)/gm;
const OLD_COMMAND = /#(?=#\w*\[)/g;

/** JSON with unsafe characters as JSON escapes: a parser reads the same values, and it is safe to print. */
export function sanitizeJson(json: string): string {
  const harmless = json.includes('##') ? json.replace(OLD_COMMAND, '\\u0023') : json;
  if (!MAY_BE_UNSAFE.test(harmless)) return harmless;
  return harmless.replace(UNSAFE_IN_JSON, (character) =>
    [...character.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );
}

/**
 * A larger class that is faster to search for, in text in which JSON has escaped the C0 controls already. Most reports contain none of
 * these characters, and searching for the exact ones would take longer than writing the whole report.
 */
const MAY_BE_UNSAFE =
  /\u034f|[\u180b-\u180f]|[\u007f-\u00a0\u00ad\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\uffff]/;

/** The same for text in which nothing is escaped. Documents contain line breaks, so they always get the exact search. */
const MAY_BE_UNSAFE_IN_TEXT = new RegExp(`[\\u0000-\\u001f]|${MAY_BE_UNSAFE.source}`);

const SAFE_ASCII = /^[\x20-\x7e]*$/;

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}
