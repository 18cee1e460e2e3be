/** A word for a shell: quoted if it has anything except letters, digits and plain punctuation. */

import type { Shell } from '../options.js';
import { sanitize } from '../sanitize.js';

/** Words that need no quotes in any shell. A backslash is a plain character only on Windows. */
const PLAIN: Readonly<Record<Shell, RegExp>> = {
  posix: /^[\w./:@%+=,-]+$/,
  powershell: /^[\w./:+=\\-]+$/,
  cmd: /^[\w./:@+\\-]+$/,
};

/** In cmd.exe a quotation mark cannot be escaped inside quotes; no file on Windows has one in its name. */
const QUOTED: Readonly<Record<Shell, (word: string) => string>> = {
  posix: (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  powershell: (word) => `'${word.replaceAll("'", "''")}'`,
  cmd: (word) => `"${word.replaceAll('"', '""')}"`,
};

export function shellWord(word: string, shell: Shell = 'posix'): string {
  const safe = sanitize(word);
  return PLAIN[shell].test(safe) ? safe : QUOTED[shell](safe);
}
