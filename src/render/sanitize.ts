/**
 * Text from a file, made harmless before a terminal sees it. A GGUF may hold anything: escape sequences that recolor or rewrite the
 * screen, characters that turn the direction of writing around, characters that cannot be seen. Each becomes a visible `\u{…}`.
 */

/** Controls (C0, DEL, C1), line and paragraph separators, bidi controls, zero-width and other invisible characters, surrogates alone. */
const UNSAFE =
  /\u034f|[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|[\u180b-\u180f]|[\ud800-\udfff]/gu;

/** The same, but line breaks and tabs stay: they are JSON's own. */
const UNSAFE_IN_JSON = new RegExp(`(?![\\n\\t])(?:${UNSAFE.source})`, 'gu');

/**
 * What starts a style of the program's own: an escape sequence with numbers that are drawn anew for every process, so that no file
 * can hold it. Three numbers of four digits, which everything that measures text on a terminal takes for a style without a width.
 */
const MARK = `\u001b[${[0, 1, 2].map(() => 1000 + Math.floor(Math.random() * 9000)).join(';')};`;

/** A style that leaves the program as such (`printableLine`), on text that is harmless itself. `paint` puts a style on as chalk does. */
export function styled(paint: (text: string) => string): (text: string) => string {
  return (text) => paint(sanitize(text).replaceAll(MARK, ESCAPE)).replaceAll(ESCAPE, MARK);
}

const ESCAPE = '\u001b[';

/** Of a document, which may end its lines as CSV does. */
const UNSAFE_IN_DOCUMENT = new RegExp(`(?![\\n\\t]|\\r\\n)(?:${UNSAFE.source})`, 'gu');

/** One line of harmless text. The program's own styles stay; harmless text stays as it is, so nothing is lost by doing it twice. */
export function sanitize(text: string): string {
  if (SAFE_ASCII.test(text) || !MAY_BE_UNSAFE_IN_TEXT.test(text)) return text;
  return text.replace(UNSAFE, (character, at: number) =>
    character === '\u001b' && text.startsWith(MARK, at) ? character : escapeCharacter(character),
  );
}

/**
 * A line as it leaves the program for a screen or a log: sanitized, its styles as the terminal takes them, and without a command to
 * the system that runs a build.
 */
export function printableLine(line: string): string {
  const harmless = withoutCommands(sanitize(line));
  return harmless.includes(MARK) ? harmless.replaceAll(MARK, ESCAPE) : harmless;
}

/** The same for text of a format that escapes the line breaks of names and values itself, such as XML or CSV. */
export function printableDocument(text: string): string {
  const harmless = MAY_BE_UNSAFE_IN_TEXT.test(text) ? text.replace(UNSAFE_IN_DOCUMENT, escapeCharacter) : text;
  return withoutCommands(harmless);
}

/**
 * The runner of GitHub Actions obeys a line that starts with `::`, whatever space stands before it, and `##[` anywhere in one;
 * Azure Pipelines obeys `##vso[`, TeamCity `##teamcity[`.
 */
function withoutCommands(text: string): string {
  if (!text.includes('::') && !text.includes('##')) return text;
  return text.replace(STARTS_COMMAND, (start) => `${start.slice(0, -1)}\\u{3a}`).replace(OLD_COMMAND, '\\u{23}');
}

/** The same for a line that is a command of ours to the runner: no name in it makes another one. */
export function printableAnnotation(line: string): string {
  return sanitize(line).replace(OLD_COMMAND, '\\u{23}');
}

const STARTS_COMMAND = /^(?:[^\S\n\r\u2028\u2029]|\u001b\[[\d;]*m)*:(?=:)/gm;
const OLD_COMMAND = /#(?=#\w*\[)/g;

/** JSON with the same characters as JSON escapes: equal to any parser, and harmless where it is printed. */
export function sanitizeJson(json: string): string {
  const harmless = json.includes('##') ? json.replace(OLD_COMMAND, '\\u0023') : json;
  if (!MAY_BE_UNSAFE.test(harmless)) return harmless;
  return harmless.replace(UNSAFE_IN_JSON, (character) =>
    [...character.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );
}

/**
 * A wider class that is quick to look for, in text in which JSON has escaped the C0 controls already: most reports have none of
 * these, and looking for the exact ones takes longer than all the rest of writing them.
 */
const MAY_BE_UNSAFE =
  /\u034f|[\u180b-\u180f]|[\u007f-\u00a0\u00ad\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\uffff]/;

/** The same in text in which nothing is escaped. Line breaks, which documents have, are looked at more closely. */
const MAY_BE_UNSAFE_IN_TEXT = new RegExp(`[\\u0000-\\u001f]|${MAY_BE_UNSAFE.source}`);

const SAFE_ASCII = /^[\x20-\x7e]*$/;

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}
