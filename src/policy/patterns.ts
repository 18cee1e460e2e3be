/**
 * Regular expressions of a policy on texts of a file. The one comes from whoever demands, the other from anywhere, and a careless
 * expression with a chosen text can take longer than anybody waits (`(a+)+$`). So they run where the engine can be stopped.
 */

import { runInNewContext } from 'node:vm';

/** Whether `pattern` is found in each text: the number of the first text without it, -1 where all have it, null out of time. */
export type FindMiss = (pattern: string, texts: readonly string[]) => number | null;

/** All expressions of a policy on one model together may take so long, in milliseconds. */
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

/** What is wrong with a pattern; undefined where nothing is. The engine compiles when it is first used, and may refuse then. */
export function patternFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u').test('');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
