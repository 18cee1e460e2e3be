/** What cannot be done as it was asked for: a word that names nothing, an output that takes nothing. Told without a stack. */

export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }

  /** The same about a model, as it was typed. */
  about(target: string): UsageError {
    return new UsageError(this.code, `${target}: ${this.message}`, this.hint);
  }
}
