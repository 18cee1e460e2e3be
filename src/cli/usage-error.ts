/** What cannot be done as it was asked for: a word that names nothing, an output that takes nothing. Told without a stack. */

import { ExplainedError } from '../explained-error.js';

export class UsageError extends ExplainedError {
  override get blames(): 'request' {
    return 'request';
  }
}
