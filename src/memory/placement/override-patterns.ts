/**
 * Regular expressions of `-ot`, as llama.cpp searches for them in names of tensors (`std::regex_search`; ECMAScript there and here). A pattern
 * comes from the user; one that could take exponential time is not used at all.
 */

/** Longer ones are not typed; llama.cpp's own `--fit` writes one pattern for each layer. */
const MAX_PATTERN = 1024;
/** Parts of a pattern that may match any number of characters, between two `|`. */
const MAX_REPEATS = 4;
/** ggml's names have at most 63 characters. */
const MAX_NAME = 64;

/** Null for what is not a regular expression, or too costly a one (`patternFault` tells). */
export function matcherOf(pattern: string): ((name: string) => boolean) | null {
  if (patternFault(pattern) !== null) return null;
  const expression = new RegExp(pattern);
  return (name) => expression.test(name.slice(0, MAX_NAME));
}

/** Why a pattern cannot be used, as the end of a sentence; null where it can. */
export function patternFault(pattern: string): string | null {
  if (pattern === '') return 'is empty';
  if (pattern.length > MAX_PATTERN) return `is longer than ${MAX_PATTERN} characters`;
  try {
    new RegExp(pattern);
  } catch {
    return 'is not a regular expression';
  }
  const plain = pattern.replaceAll(/\\./g, 'x').replaceAll(/\[[^[\]]*\]/g, 'x');
  if (repeatsRepeats(plain)) return 'repeats a group that repeats something itself, which can take forever';
  const repeats = Math.max(...plain.split('|').map((part) => part.match(/[*+]|\{\d+,\}/g)?.length ?? 0));
  return repeats > MAX_REPEATS ? `has more than ${MAX_REPEATS} parts that repeat` : null;
}

/** Whether a group that holds a `*`, a `+` or a `{` is itself repeated. */
function repeatsRepeats(plain: string): boolean {
  const open: boolean[] = [];
  for (let at = 0; at < plain.length; at++) {
    const character = plain[at] as string;
    if (character === '(') open.push(false);
    else if ('*+{'.includes(character)) open.fill(true);
    else if (character === ')' && open.pop() === true && '*+{'.includes(plain[at + 1] ?? ' ')) return true;
  }
  return false;
}
