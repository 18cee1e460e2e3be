/** What stands in the way of turning text into tokens. Ids of tokens still work without a tokenizer. */

import { ExplainedError } from '../explained-error.js';

export type TokenizerErrorCode =
  | 'no-vocabulary'
  | 'unusable-vocabulary'
  | 'unknown-tokenizer'
  | 'text-too-long'
  | 'empty-prompt';

/** The message is one sentence without the name of the file. */
export class TokenizerError extends ExplainedError<TokenizerErrorCode> {}
