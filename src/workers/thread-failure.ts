/** What the failure of a thread means for the user, whichever job the thread did. */

import { type ErrorDetails, ExplainedError } from '../explained-error.js';
import { saysTooManyOpenFiles, TooManyOpenFiles } from '../io/open-file.js';

/** The machine failed, whatever the input and the command line were. */
class MachineError extends ExplainedError<'thread-ended' | 'thread-not-started' | 'out-of-memory'> {
  override get blames(): 'machine' {
    return 'machine';
  }
}

/** An `ExplainedError` that a thread threw. Only its fields arrive here, not its class. */
class ErrorOfThread extends ExplainedError {
  readonly #blames: ExplainedError['blames'];

  constructor({ code, message, blames, hint, target, offset, section, entry, expected, found }: Sent) {
    super(code, message, { hint, target, offset, section, entry, expected, found });
    this.#blames = blames;
  }

  override get blames(): ExplainedError['blames'] {
    return this.#blames;
  }
}

type Sent = Pick<ExplainedError, 'code' | 'message' | 'blames'> & ErrorDetails;

/**
 * The error to report for a thread's `error` event or, without an argument, for its `exit`. Program faults and system errors are returned
 * unchanged.
 */
export function threadFailure(error?: unknown): unknown {
  if (error === undefined) {
    const hint = 'the system may be short of memory: try again when less is running, and report it if it happens again';
    return new MachineError('thread-ended', 'a thread of the program ended before its work was done', hint);
  }
  if (saysTooManyOpenFiles(error)) return new TooManyOpenFiles();
  const { code, message, blames } = error as Partial<Sent>;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new MachineError('out-of-memory', 'a thread of the program ran out of memory', 'a smaller file may work');
  }
  if (code === 'ERR_WORKER_INIT_FAILED') {
    const hint = 'the system may be short of memory, or limit the number of threads: try again when less is running';
    return new MachineError(
      'thread-not-started',
      `the system did not start a thread of the program (${message})`,
      hint,
    );
  }
  return blames === undefined ? error : new ErrorOfThread(error as Sent);
}
