/** Why text cannot be tokenized. Token ids still work without a tokenizer. */

import { ExplainedError } from '../explained-error.js';

export type TokenizerErrorCode =
  | 'no-vocabulary'
  | 'unusable-vocabulary'
  | 'unknown-tokenizer'
  | 'text-too-long'
  | 'empty-prompt';

/** The message is one sentence and does not include the file name. */
export class TokenizerError extends ExplainedError<TokenizerErrorCode> {}
