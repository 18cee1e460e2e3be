/**
 * Makes text from a file safe in Markdown and HTML: a name may contain a link, a mention, a tag or the end of a table cell. In code all of
 * these are plain characters; in a sentence each special character is written as its number.
 */

import { shortenMiddle } from '../words/shorten.js';
import { sanitize } from './sanitize.js';

/** Most characters of a sentence. */
const MOST_OF_A_SENTENCE = 600;

/** A sentence with names from a file: it cannot contain a link, a mention, a tag, emphasis or the end of a cell. */
export function plainText(text: string): string {
  return sanitize(shortenMiddle(text, MOST_OF_A_SENTENCE)).replace(
    /[!#$&*<>@[\\\]_`{|}~]|:(?=\/\/)|(?<=\bwww)\./g,
    (sign) => {
      const number = `&#${sign.charCodeAt(0)};`;
      // Addresses and mentions are detected after Markdown has decoded the numbers, so a tag separates this character from the text after
      // it.
      return sign === '@' || sign === '#' ? `<span>${number}</span>` : number;
    },
  );
}

/** Code in a line of Markdown or in a table cell. */
export function inlineCode(text: string): string {
  const safe = sanitize(text);
  return safe === '' || /[`|]|^ | $/.test(safe) ? htmlCode(text) : `\`${safe}\``;
}

/** Code where HTML is read, as in a summary, and for text that backticks cannot hold. Every ASCII character is written as its number. */
export function htmlCode(text: string): string {
  const signs = sanitize(text).replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<code>${signs === '' ? '&nbsp;' : signs}</code>`;
}

/** A code block with its language. Its fence is longer than every run of backticks in it. */
export function codeBlock(language: string, lines: readonly string[]): string[] {
  const safe = lines.map(sanitize);
  const longest = safe.flatMap((line) => line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...safe, fence];
}

/** A section that unfolds on a click. The summary is HTML, because Markdown in its line is not read. */
export function details(summary: string, lines: readonly string[]): string[] {
  return ['<details>', `<summary>${summary}</summary>`, '', ...lines, '', '</details>'];
}
