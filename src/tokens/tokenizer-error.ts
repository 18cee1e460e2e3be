/** What stands in the way of turning text into tokens. Ids of tokens still work without a tokenizer. */

export type TokenizerErrorCode = 'no-vocabulary' | 'unusable-vocabulary' | 'unknown-tokenizer' | 'text-too-long';

export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
  readonly code: TokenizerErrorCode;

  constructor(code: TokenizerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
