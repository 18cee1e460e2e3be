/** Why work on tensor data cannot be done, or a manifest cannot be used. Missing data is a GgufError, as it has a place in the file. */

import { ExplainedError } from '../explained-error.js';

export type WeightsErrorCode = 'tensor-size-unknown' | 'tensors-overlap' | 'stream-out-of-order' | 'bad-manifest';

/** The message is one sentence without the name of the file. */
export class WeightsError extends ExplainedError<WeightsErrorCode> {}
