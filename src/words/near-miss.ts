/** Suggests a known word for an unknown one. */

/** Longer words are not typing errors, and the time of a comparison grows with the product of both lengths. */
const LONGEST = 64;

/** The known word nearest to `word`, if it is near enough: only case or punctuation differs, or at most a third of its letters. */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = lettersOff(plain(word), plain(candidate));
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[_\s]/g, '-');
}

/**
 * Number of typing errors between two words: a letter inserted, left out or changed, or two neighbors swapped (the Damerau–Levenshtein
 * distance in which no part is changed twice). Only the last rows of the table are kept.
 */
function lettersOff(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] as number) + Number(a[i - 1] !== b[j - 1]);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const exchanged = swapped ? (before[j - 2] as number) + 1 : changed;
      next.push(Math.min(changed, exchanged, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}

/** A hint for a name that a file does not have: the one that was meant, or up to three that have `part` in them, else `otherwise`. */
export function similarNames(name: string, names: readonly string[], part: string, otherwise: string): string {
  const meant = nearMiss(name, names);
  if (meant !== undefined) return `did you mean ${meant}?`;
  const similar = part === '' ? [] : names.filter((one) => one.includes(part)).slice(0, 3);
  return similar.length > 0 ? `similar names: ${similar.join(', ')}` : otherwise;
}
