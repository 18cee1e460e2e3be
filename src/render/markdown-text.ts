/**
 * Text from a file where Markdown and HTML are read: a name may hold a link, a mention, a tag or the end of a table's cell. In code all of these
 * are only characters; in a sentence each sign that could mean something stands as its number.
 */

import { shortenMiddle } from '../words/shorten.js';
import { sanitize } from './sanitize.js';

/** Characters of a sentence. */
const MOST_OF_A_SENTENCE = 600;

/** A sentence with names from a file in it: no link, mention, tag, emphasis or end of a cell. */
export function plainText(text: string): string {
  return sanitize(shortenMiddle(text, MOST_OF_A_SENTENCE)).replace(
    /[!#$&*<>@[\\\]_`{|}~]|:(?=\/\/)|(?<=\bwww)\./g,
    (sign) => {
      const number = `&#${sign.charCodeAt(0)};`;
      // Addresses and mentions are looked for in the text that Markdown gives, number by number: a tag keeps the sign from what it belongs to.
      return sign === '@' || sign === '#' ? `<span>${number}</span>` : number;
    },
  );
}

/** Code in a line of Markdown or in the cell of a table. */
export function inlineCode(text: string): string {
  const safe = sanitize(text);
  return safe === '' || /[`|]|^ | $/.test(safe) ? htmlCode(text) : `\`${safe}\``;
}

/** Code where HTML is read, as in a summary; also for what backticks cannot hold. Every sign of ASCII stands as its number. */
export function htmlCode(text: string): string {
  const signs = sanitize(text).replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<code>${signs === '' ? '&nbsp;' : signs}</code>`;
}

/** A block of code of a language; its fence is longer than every run of backticks in it. */
export function codeBlock(language: string, lines: readonly string[]): string[] {
  const safe = lines.map(sanitize);
  const longest = safe.flatMap((line) => line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...safe, fence];
}

/** What folds open when it is clicked; the summary is HTML, as the Markdown of its line is not read. */
export function details(summary: string, lines: readonly string[]): string[] {
  return ['<details>', `<summary>${summary}</summary>`, '', ...lines, '', '</details>'];
}
