/** A word as a shell needs it: quoted where it holds anything but letters, digits and plain punctuation. */

import type { Shell } from '../options.js';
import { sanitize } from '../sanitize.js';

/** What no shell takes for anything else. A backslash is a letter as any other on Windows only. */
const PLAIN: Readonly<Record<Shell, RegExp>> = {
  posix: /^[\w./:@%+=,-]+$/,
  powershell: /^[\w./:+=\\-]+$/,
  cmd: /^[\w./:@+\\-]+$/,
};

/** In cmd.exe a quotation mark cannot be put into a word that it keeps from being cut; no file there has one in its name. */
const QUOTED: Readonly<Record<Shell, (word: string) => string>> = {
  posix: (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  powershell: (word) => `'${word.replaceAll("'", "''")}'`,
  cmd: (word) => `"${word.replaceAll('"', '""')}"`,
};

export function shellWord(word: string, shell: Shell = 'posix'): string {
  const safe = sanitize(word);
  return PLAIN[shell].test(safe) ? safe : QUOTED[shell](safe);
}
