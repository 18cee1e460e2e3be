/** An error in the form of a report: its stable code, its words and its place. */

import { isExplained } from '../explained-error.js';
import { saysTooManyOpenFiles, TooManyOpenFiles } from '../io/open-file.js';
import type { ErrorReport } from '../report/schema.js';
import { withoutSecrets } from '../words/without-secrets.js';

export function errorEntry(thrown: unknown): ErrorReport['error'] {
  const error = saysTooManyOpenFiles(thrown) ? new TooManyOpenFiles() : thrown;
  // The message may contain what the user typed, and that may contain a secret.
  const message = withoutSecrets(error instanceof Error ? error.message : String(error));
  if (!isExplained(error)) {
    const hint = 'please report it, with the command that was run';
    return { code: 'internal-error', message: `a fault in gguf-explain itself: ${message}`, hint };
  }
  const { target, code, hint, offset, section, entry, expected, found } = error;
  if (offset === undefined) return { ...about(target), code, message, ...withHint(hint) };
  const words = `${code} at byte ${offset} (${entry ?? section})`;
  const place = { offset, ...(section !== undefined && { section }) };
  const odd = { ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
  return { ...about(target), code, message: words, ...place, ...odd, ...withHint(hint) };
}

function about(target: string | undefined): { target?: string } {
  return target === undefined ? {} : { target: withoutSecrets(target) };
}

function withHint(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint: withoutSecrets(hint) };
}
