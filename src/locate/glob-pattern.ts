/** Which words are file patterns, in the form that the matcher expects. The operating system is a parameter here. */

/** Maximum length of a pattern: no path is longer, and the engine limits the length of expressions. */
const MOST_OF_A_PATTERN = 4096;

/**
 * The prefixes `\\?\` and `\\.\` of a Windows path: such a path is used literally, however long. The question mark in the prefix is not a
 * wildcard.
 */
const VERBATIM = /^[\\/]{2}([?.])[\\/](?:UNC[\\/](?=[^\\/]))?/i;

/**
 * A word as a pattern, or undefined if it cannot be one. On Windows a backslash separates folders, as in every path, and shells do not
 * expand patterns; elsewhere it escapes the next character.
 */
export function patternOf(word: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (word.length > MOST_OF_A_PATTERN) return undefined;
  const pattern = platform === 'win32' ? withSlashes(word) : word;
  return /[*?[\]{}]/.test(pattern) ? pattern : undefined;
}

/** A Windows path with slashes, and a verbatim path in its usual form, because the matcher does not know the prefix. */
function withSlashes(word: string): string {
  const [prefix] = VERBATIM.exec(word) ?? [];
  if (prefix === undefined) return word.replaceAll('\\', '/');
  const share = prefix.length > 4 ? '//' : '';
  return share + word.slice(prefix.length).replaceAll('\\', '/');
}
