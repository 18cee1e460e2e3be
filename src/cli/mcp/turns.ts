/** Calls take turns: a limited number run at the same time, the others wait, and the number of waiting calls is limited, too. */

import { UsageError } from '../../explained-error.js';

/** Most calls that wait. */
const MOST_WAITING = 64;

type InTurn = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/**
 * Runs work when there is room for it. Rejects with UsageError if too many calls are waiting, and with the reason of the signal on abort.
 */
export function makeTurns(atOnce: number): InTurn {
  let free = atOnce;
  const waiting = new Set<() => void>();
  const turn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', leave);
        waiting.delete(begin);
        free -= 1;
        resolve();
      };
      const leave = () => {
        waiting.delete(begin);
        reject(signal.reason);
      };
      if (free > 0) return begin();
      if (waiting.size >= MOST_WAITING) {
        return reject(
          new UsageError('too-many-calls', `${MOST_WAITING} calls are waiting already`, 'wait for answers'),
        );
      }
      waiting.add(begin);
      signal.addEventListener('abort', leave, { once: true });
    });
  return async (signal, work) => {
    signal.throwIfAborted();
    await turn(signal);
    try {
      return await work();
    } finally {
      free += 1;
      const [next] = waiting;
      next?.();
    }
  };
}
