/** Which words are patterns for files, in the form that the matcher takes. What differs between systems is a parameter here. */

/** No path is longer, and the engine takes no expression of any length. */
const MOST_OF_A_PATTERN = 4096;

/** `\\?\` and `\\.\` before a path of Windows: it is taken as it is, however long. The question mark in it is none of a pattern. */
const VERBATIM = /^[\\/]{2}([?.])[\\/](?:UNC[\\/](?=[^\\/]))?/i;

/**
 * A word as a pattern, or undefined where it cannot be one. On Windows a backslash parts folders there as it does in every path, and shells
 * do not expand patterns; elsewhere it keeps the next character from being special.
 */
export function patternOf(word: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (word.length > MOST_OF_A_PATTERN) return undefined;
  const pattern = platform === 'win32' ? withSlashes(word) : word;
  return /[*?[\]{}]/.test(pattern) ? pattern : undefined;
}

/** A path of Windows with slashes, and a verbatim one as people write it: the matcher knows no prefix. */
function withSlashes(word: string): string {
  const [prefix] = VERBATIM.exec(word) ?? [];
  if (prefix === undefined) return word.replaceAll('\\', '/');
  const share = prefix.length > 4 ? '//' : '';
  return share + word.slice(prefix.length).replaceAll('\\', '/');
}
