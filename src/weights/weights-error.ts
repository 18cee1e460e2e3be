/** Why work on tensor data cannot be done, or a manifest cannot be used. Missing data is a GgufError, as it has a place in the file. */

export type WeightsErrorCode = 'tensor-size-unknown' | 'tensors-overlap' | 'stream-out-of-order' | 'bad-manifest';

/** The message is one sentence without the name of the file. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
  readonly code: WeightsErrorCode;
  readonly hint: string | undefined;

  constructor(code: WeightsErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
