/** Why a prompt cannot be followed through a model. Missing data that the header did not show is told with the tensor's name. */

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

/** The message is one sentence without the name of the file. */
export class TraceError extends ExplainedError<TraceErrorCode> {}
