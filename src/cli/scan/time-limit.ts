/** The time that one model of `scan` may take. */

import { errorEntry } from '../../library/error-entry.js';
import { LocateError } from '../../locate/locate-error.js';
import { unreadableModel } from '../../report/scan-report.js';
import type { UnreadableModel } from '../../report/scan-schema.js';

/** Seconds for one model: enough for the header of a split model over a slow line, and so little that one server holds up no night. */
export const USUAL_SECONDS = 120;

/** The line of a model that took longer. */
export function overdueModel(target: string, limit: number): UnreadableModel {
  const seconds = limit / 1000;
  const message = `it was not read and judged within ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  const hint = '--time-limit sets the seconds for one model';
  return unreadableModel(target, errorEntry(new LocateError('time-limit', target, message, hint)), limit);
}

/**
 * What `work` gives, or after `limit` milliseconds what `late` gives: the work is told to end then, and nobody waits for it. Work
 * that never waits cannot be ended like this, only with its thread.
 */
export async function withinTime<T>(
  limit: number,
  work: (signal: AbortSignal) => Promise<T>,
  late: () => T,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<T>((resolve) => {
    timer = setTimeout(() => {
      resolve(late());
      controller.abort();
    }, limit);
  });
  try {
    return await Promise.race([work(controller.signal), end]);
  } finally {
    clearTimeout(timer);
  }
}
