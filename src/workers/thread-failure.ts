/** What it means that a thread of the program has failed, the same for every kind of thread. */

import { ExplainedError } from '../explained-error.js';

/** What this machine would not do, whatever the input and the command line are. */
class MachineError extends ExplainedError<'thread-ended' | 'out-of-memory'> {
  override get blames(): 'machine' {
    return 'machine';
  }
}

/** The error of a thread's `error` event, or, without one, of its `exit`. Faults and system errors stay what they are. */
export function threadFailure(error?: unknown): unknown {
  if (error === undefined) {
    const hint =
      'the system may be short of memory: try again when less is running, and report it where it happens again';
    return new MachineError('thread-ended', 'a thread of the program ended before its work was done', hint);
  }
  if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new MachineError('out-of-memory', 'a thread of the program ran out of memory', 'a smaller file may work');
}
