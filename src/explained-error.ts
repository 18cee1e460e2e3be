/**
 * The one kind of error that is told to people as a sentence: a stable code, what happened, what to do about it, and where. Everything
 * else that is thrown is a fault of the program, and told as one.
 */

/** What an error is about beyond its sentence. */
export interface ErrorDetails {
  /** What to do about it. */
  hint?: string | undefined;
  /** The input that it is about, as it was typed. */
  target?: string | undefined;
  /** Bytes from the start of the input to what could not be read. */
  offset?: number | undefined;
  /** The part of the file, and the entry in it, that the offset is in. */
  section?: string | undefined;
  entry?: string | undefined;
  expected?: string | undefined;
  found?: string | undefined;
}

/** The program is built in several pieces, each with its own copy of this class: this mark is the same in all of them. */
const MARK = Symbol.for('gguf-explain.explained-error');

/** The message is one sentence without the name of the input: `about` adds that. */
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

  /** What has to change: the input, what was asked for, or the machine that it runs on. */
  get blames(): 'input' | 'request' | 'machine' {
    return 'input';
  }

  /** Says which input it is about, and what to do, where that is not said yet. Gives itself back, to be thrown. */
  about(target: string, hint?: string): this {
    this.target ??= target;
    this.hint ??= hint;
    return this;
  }
}

/** What cannot be done as it was asked for: a name that nothing has, a number out of its range, an output that takes nothing. */
export class UsageError extends ExplainedError {
  override get blames(): 'request' {
    return 'request';
  }
}

/** Whether an error is one for people. */
export function isExplained(error: unknown): error is ExplainedError {
  return typeof error === 'object' && error !== null && MARK in error;
}

/** Whether an error says that an input cannot be used, as against the command line that asked for it. */
export function blamesInput(error: unknown): error is ExplainedError {
  return isExplained(error) && error.blames === 'input';
}
