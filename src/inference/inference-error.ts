/** Why a prompt cannot be computed. If data turns out to be missing that the header did not show, the message names the tensor. */

import { ExplainedError } from '../explained-error.js';

export type TraceErrorCode =
  | 'untraced-architecture'
  | 'missing-number'
  | 'missing-tensor'
  | 'wrong-shape'
  | 'no-float-form'
  | 'data-missing'
  | 'bad-token'
  | 'no-prediction'
  | 'no-pooling'
  | 'no-layer'
  | 'no-head'
  | 'no-attention'
  | 'prompt-too-long'
  | 'stream';

/** The message is one sentence and does not include the file name. */
export class TraceError extends ExplainedError<TraceErrorCode> {}
