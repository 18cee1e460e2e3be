/** Why the typed target does not lead to a single readable model. */

import { ExplainedError } from '../explained-error.js';
import { NotAFileError } from '../io/file.js';
import { saysTooManyOpenFiles, TooManyOpenFiles } from '../io/open-file.js';
import { OutOfReach } from '../io/reach.js';
import { TransferError, type TransferErrorCode } from '../io/transfer-error.js';

export type LocateErrorCode =
  | 'file-not-found'
  | 'not-readable'
  | 'no-models'
  | 'several-models'
  | 'too-many-shards'
  | 'too-many-files'
  | 'too-deep'
  | 'bad-input'
  | 'bad-name'
  | 'bad-manifest'
  | 'blob-missing'
  | 'time-limit'
  | 'outside-roots'
  | TransferErrorCode;

/** The target does not lead to a single model. The message states why in one sentence. */
export class LocateError extends ExplainedError<LocateErrorCode> {
  override readonly name = 'LocateError';
  declare readonly target: string;

  constructor(code: LocateErrorCode, target: string, message: string, hint?: string) {
    super(code, message, { target, hint });
  }
}

/** Maximum number of models listed in an error message. */
const MOST_LISTED = 8;

/** A system error as a sentence, also for reads that fail later. Throws TooManyOpenFiles, which says nothing about the path. */
export function systemError(path: string, error: unknown): LocateError {
  if (error instanceof OutOfReach) return new LocateError(error.code, path, error.message, error.hint);
  if (saysTooManyOpenFiles(error)) throw new TooManyOpenFiles();
  if (error instanceof NotAFileError) {
    const hint = error.what === 'a named pipe' ? 'a pipe is read only if it is named directly' : undefined;
    return new LocateError('not-readable', path, error.message, hint);
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LocateError('file-not-found', path, 'there is no such file or folder', addressMeant(path));
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new LocateError('not-readable', path, 'this user may not read it');
  }
  if (code === 'ERR_INVALID_ARG_VALUE') {
    const hint = 'for a list written by find -print0 use scan -0';
    return new LocateError('file-not-found', path, 'no file has a NUL character in its name', hint);
  }
  return new LocateError('not-readable', path, `it cannot be read (${code ?? (error as Error).message})`);
}

/** The hint for an address without `https://`, which many programs display. */
function addressMeant(path: string): string | undefined {
  return /^(?:www\.)?(?:huggingface|hf)\.co\/./i.test(path) ? `the address is https://${path}` : undefined;
}

/** A network error with the typed target; any other error is returned unchanged. */
export function transferError(target: string, error: unknown): unknown {
  if (!(error instanceof TransferError)) return error;
  return new LocateError(error.code, target, error.message, error.hint);
}

/** The error for a name that matches several models. */
export function severalModels(target: string, message: string, models: readonly string[]): LocateError {
  const listed = models.slice(0, MOST_LISTED).join(', ');
  const more = models.length > MOST_LISTED ? ` and ${models.length - MOST_LISTED} more` : '';
  return new LocateError('several-models', target, message, `name one of them: ${listed}${more}`);
}
