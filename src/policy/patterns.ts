/**
 * Runs the regular expressions of a policy on texts of a file. The text is untrusted, and a careless expression such as `(a+)+$` can take
 * practically forever on a crafted text. So expressions run with a time limit.
 */

import { runInNewContext } from 'node:vm';

/** Returns the index of the first text in which `pattern` is not found, -1 if all texts match, and null if the time ran out. */
export type FindMiss = (pattern: string, texts: readonly string[]) => number | null;

/** Time limit for all expressions of a policy on one model together, in milliseconds. */
const MOST_MILLISECONDS = 500;

export function patternSearch(milliseconds = MOST_MILLISECONDS): FindMiss {
  let left = milliseconds;
  return (pattern, texts) => {
    if (left < 1) return null;
    const start = performance.now();
    try {
      const surroundings = { pattern, texts };
      return runInNewContext(SEARCH, surroundings, { timeout: Math.ceil(left) }) as number;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
      throw error;
    } finally {
      left -= performance.now() - start;
    }
  };
}

const SEARCH = '{ const expression = new RegExp(pattern, "u"); texts.findIndex((text) => !expression.test(text)); }';

/**
 * The fault of a pattern; undefined if it is valid. It is run once, because the engine compiles it at the first use and may fail only then.
 */
export function patternFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u').test('');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
