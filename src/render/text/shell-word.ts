/** A word as a POSIX shell needs it: quoted where it holds anything but letters, digits and plain punctuation. */

import { sanitize } from '../sanitize.js';

export function shellWord(word: string): string {
  const safe = sanitize(word);
  return /^[\w./:@%+=,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
