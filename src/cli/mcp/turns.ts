/** Calls take turns: so many at the same time, the others wait, and of those that wait there are only so many. */

import { UsageError } from '../../explained-error.js';

/** Calls that wait at most. */
const MOST_WAITING = 64;

type InTurn = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** Does work when there is room for it. Rejects with UsageError where too many wait, and with the reason of the signal. */
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
