/** An error as the report has it: its stable code, its words and its place. */

import { saysTooManyOpenFiles, TooManyOpenFiles } from '../bytes/open-file.js';
import { GgufError } from '../gguf/error.js';
import { withoutSecrets } from '../guide/without-secrets.js';
import { LocateError } from '../locate/locate-error.js';
import { PolicyError } from '../policy/policy-error.js';
import type { ErrorReport } from '../report/schema.js';
import { UsageError } from './usage-error.js';

export function errorEntry(error: unknown): ErrorReport['error'] {
  // A command may have put what was typed into its sentence.
  const message = withoutSecrets((error as Error).message);
  if (error instanceof GgufError) {
    const { code, offset, section, entry, expected, found, hint } = error;
    const words = `${code} at byte ${offset} (${entry ?? section})`;
    return { ...about(error.target), code, message: words, offset, section, expected, found, ...withHint(hint) };
  }
  if (error instanceof LocateError || error instanceof PolicyError) {
    return { ...about(error.target), code: error.code, message, ...withHint(error.hint) };
  }
  if (error instanceof UsageError) return { code: error.code, message, ...withHint(error.hint) };
  if (saysTooManyOpenFiles(error)) {
    const { code, message, hint } = new TooManyOpenFiles();
    return { code, message, hint };
  }
  return { code: 'internal-error', message: `a fault in gguf-explain itself: ${message}` };
}

function about(target: string | undefined): { target?: string } {
  return target === undefined ? {} : { target: withoutSecrets(target) };
}

function withHint(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint: withoutSecrets(hint) };
}
