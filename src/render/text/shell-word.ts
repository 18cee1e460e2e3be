/** A word for a shell: quoted if it has anything except letters, digits and plain punctuation. */

import type { Shell } from '../options.js';
import { sanitize } from '../sanitize.js';

/** Words that need no quotes in any shell. A backslash is a plain character only on Windows. */
const PLAIN: Readonly<Record<Shell, RegExp>> = {
  posix: /^[\w./:@%+=,-]+$/,
  powershell: /^[\w./:+=\\-]+$/,
  cmd: /^[\w./:@+\\-]+$/,
};

/** PowerShell takes typographic quotes for plain ones. */
const SINGLE = { posix: [/'/g, "'\\''"], powershell: [/['\u2018-\u201b]/g, '$&$&'] } as const;

export function inSingleQuotes(word: string, shell: Exclude<Shell, 'cmd'>): string {
  const [quote, kept] = SINGLE[shell];
  return `'${word.replace(quote, kept)}'`;
}

/** In cmd.exe a quotation mark cannot be put into a word that it keeps from being cut; no file there has one in its name. */
const QUOTED: Readonly<Record<Shell, (word: string) => string>> = {
  posix: (word) => inSingleQuotes(word, 'posix'),
  powershell: (word) => inSingleQuotes(word, 'powershell'),
  cmd: (word) => `"${word.replaceAll('"', '""')}"`,
};

export function shellWord(word: string, shell: Shell = 'posix'): string {
  const safe = sanitize(word);
  return PLAIN[shell].test(safe) ? safe : QUOTED[shell](safe);
}
