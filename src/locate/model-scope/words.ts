/** Explains ModelScope's refusals: it refuses a private and a nonexistent repository in the same way. */

import { TransferError, type TransferErrorCode } from '../../io/transfer-error.js';
import type { Hub } from '../hugging-face/hub.js';
import type { HubReference } from '../hugging-face/reference.js';

/** Rewords an error with the repository's name; other errors are returned unchanged. `path` is the requested file. */
export function modelScopeWords(
  error: TransferError,
  hub: Hub,
  { repository, revision }: HubReference,
  path?: string,
): TransferError {
  const { answer } = error;
  if (answer === undefined || ![401, 403, 404].includes(answer.status)) return error;
  const say = (code: TransferErrorCode, message: string, hint: string) =>
    new TransferError(code, `${message} (HTTP ${answer.status})`, { hint, answer });
  const login = hub.hasToken ? 'the token may not have access to it' : 'MODELSCOPE_API_TOKEN sends a token';
  if (answer.status === 404 && path !== undefined) {
    const message = `ModelScope has no file ${path} in ${repository} at ${revision}`;
    return say('not-found', message, `gguf-explain ms:${repository} lists what it has; if it is private, ${login}`);
  }
  if (answer.status === 404) {
    return say('not-found', `ModelScope has no model ${repository} at ${revision}, or it is private`, login);
  }
  const code = answer.status === 401 ? 'unauthorized' : 'forbidden';
  return say(code, `ModelScope refuses access to ${repository}`, login);
}
