/** Why a prompt cannot be followed through a model. Missing data that the header did not show is told with the tensor's name. */

export type TraceErrorCode =
  | 'untraced-architecture'
  | 'missing-number'
  | 'missing-tensor'
  | 'wrong-shape'
  | 'no-float-form'
  | 'data-missing'
  | 'bad-token'
  | 'no-prediction'
  | 'no-layer'
  | 'no-head'
  | 'prompt-too-long'
  | 'stream';

/** The message is one sentence without the name of the file. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly code: TraceErrorCode;
  readonly hint: string | undefined;

  constructor(code: TraceErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
