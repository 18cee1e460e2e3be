/** The files of a repository, as listed by ModelScope in one response: `GET /api/v1/models/{repo}/repo/files?Revision=…&Recursive=True`. */

import { getText } from '../../io/http/get-text.js';
import type { HttpSettings } from '../../io/http/patience.js';
import { TransferError } from '../../io/transfer-error.js';
import { parseJson } from '../bounded-json.js';
import type { Hub } from '../hugging-face/hub.js';
import type { HubReference } from '../hugging-face/reference.js';
import { type HubFile, isListable } from '../hugging-face/repository-files.js';

const MOST_FILES = 100_000;

/** All files including those in folders. Throws TransferError, also for a list that is too long. */
export async function modelScopeFiles(
  hub: Hub,
  { repository, revision }: Pick<HubReference, 'repository' | 'revision'>,
  settings: HttpSettings,
): Promise<HubFile[]> {
  const asked = new URLSearchParams({ Revision: revision, Recursive: 'True' });
  const { text } = await getText(hub.route(`api/v1/models/${repository}/repo/files?${asked}`), settings);
  const { value, wrong } = parseJson(text);
  const { Code: code, Data: data } = (value ?? {}) as { Code?: unknown; Data?: { Files?: unknown } | null };
  // A refusal may have an HTTP status of success.
  if (wrong === undefined && typeof code === 'number' && code !== 200) {
    const message = `ModelScope does not list the files of ${repository} (code ${code})`;
    throw new TransferError('not-found', message, { hint: 'it may be private: MODELSCOPE_API_TOKEN sends a token' });
  }
  const files = data?.Files;
  if (!Array.isArray(files)) {
    throw new TransferError('unexpected-answer', `the answer of ModelScope ${wrong ?? 'is not a list of files'}`, {
      hint: 'MODELSCOPE_DOMAIN sets the address of the site',
    });
  }
  if (files.length > MOST_FILES) {
    const hint = 'name one of its files: ms:owner/repo/file.gguf is read without the list';
    throw new TransferError('unexpected-answer', `ModelScope's list has more than ${MOST_FILES} files`, { hint });
  }
  return files.flatMap((entry: { Type?: unknown; Path?: unknown; Size?: unknown } | null) => {
    const file = { path: entry?.Path, bytes: entry?.Size };
    return entry?.Type !== 'tree' && isListable(file) ? [file] : [];
  });
}
