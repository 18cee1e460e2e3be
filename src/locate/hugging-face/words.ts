/** Explains the hub's refusals: it states the reason in its own headers (`X-Error-Code`), and reports private repositories as unknown. */

import { TransferError, type TransferErrorCode } from '../../io/transfer-error.js';
import type { Hub } from './hub.js';
import type { HubReference } from './reference.js';

/** Rewords an error with the repository's name; other errors are returned unchanged. */
export function hubWords(error: TransferError, hub: Hub, reference: HubReference): TransferError {
  const { answer } = error;
  if (answer === undefined) return error;
  const say = (code: TransferErrorCode, message: string, hint: string) =>
    new TransferError(code, `${message} (HTTP ${answer.status})`, { hint, answer });
  const { repository, revision } = reference;
  const login = hub.hasToken ? 'the token may not have access to it' : 'HF_TOKEN sends a token';
  switch (answer.headers['x-error-code']) {
    case 'RepoNotFound':
      return say('not-found', `the hub has no model ${repository}, or it is private`, login);
    case 'GatedRepo': {
      const page = new URL(repository, hub.endpoint).href;
      const hint = hub.hasToken
        ? `ask for access at ${page}`
        : `ask for access at ${page}, then send a token in HF_TOKEN`;
      return say('forbidden', `access to ${repository} has to be requested`, hint);
    }
    case 'RevisionNotFound':
      return say('not-found', `${repository} has no revision ${revision}`, 'branches, tags and commits are revisions');
    case 'EntryNotFound':
      return say('not-found', `${repository} has no such file`, `gguf-explain hf:${repository} lists what it has`);
    default:
      if (answer.status === 401) return say('unauthorized', 'the hub requires a login', login);
      return error;
  }
}
