/** What somebody may have meant by a word that is not known. */

/** Longer words are no slip of the pen, and comparing takes time by the product of both lengths. */
const LONGEST = 64;

/** The known word that is nearest to `word`, if one is near enough: written otherwise, or a third of its letters off at most. */
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

/** Levenshtein's distance: letters to insert, drop or change. One row of the table is kept. */
function lettersOff(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] as number) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
