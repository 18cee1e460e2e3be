/**
 * The only kind of error that is shown to people as a sentence: a stable code, what happened, what to do about it, and where. Everything
 * else that is thrown is a bug, and is reported as one.
 */

/** Details of an error in addition to its message. */
export interface ErrorDetails {
  /** What to do about it. */
  hint?: string | undefined;
  /** The input that it is about, as the user typed it. */
  target?: string | undefined;
  /** Offset in bytes, from the start of the input, of the part that could not be read. */
  offset?: number | undefined;
  /** The part of the file, and the entry in it, that the offset is in. */
  section?: string | undefined;
  entry?: string | undefined;
  expected?: string | undefined;
  found?: string | undefined;
}

/** The program is built in several pieces, each with its own copy of this class; this mark is the same in all of them. */
const MARK = Symbol.for('gguf-explain.explained-error');

/** The message is one sentence without the name of the input; `about` adds that. */
export class ExplainedError<Code extends string = string> extends Error {
  override readonly name: string = 'ExplainedError';
  readonly code: Code;
  hint: string | undefined;
  target: string | undefined;
  readonly offset: number | undefined;
  readonly section: string | undefined;
  readonly entry: string | undefined;
  readonly expected: string | undefined;
  readonly found: string | undefined;

  /** `details` as a string is the hint. */
  constructor(code: Code, message: string, details: ErrorDetails | string = {}) {
    super(message);
    const { hint, target, offset, section, entry, expected, found } =
      typeof details === 'string' ? { hint: details } : details;
    this.code = code;
    this.hint = hint;
    this.target = target;
    this.offset = offset;
    this.section = section;
    this.entry = entry;
    this.expected = expected;
    this.found = found;
  }

  get [MARK](): true {
    return true;
  }

  /** What has to change: the input, the request, or the machine. */
  get blames(): 'input' | 'request' | 'machine' {
    return 'input';
  }

  /** Adds the input and a hint, unless they are already set. Returns the error itself, so that it can be thrown. */
  about(target: string, hint?: string): this {
    this.target ??= target;
    this.hint ??= hint;
    return this;
  }
}

/** A request that cannot be fulfilled: a name that does not exist, a number out of range, an output that cannot be written. */
export class UsageError extends ExplainedError {
  override get blames(): 'request' {
    return 'request';
  }
}

/** Whether an error is meant for people. */
export function isExplained(error: unknown): error is ExplainedError {
  return typeof error === 'object' && error !== null && MARK in error;
}

/** Whether an error blames the input, not the command line. */
export function blamesInput(error: unknown): error is ExplainedError {
  return isExplained(error) && error.blames === 'input';
}
