/** What was typed as a prompt: a text, or ids with `--tokens`. */

import { UsageError } from '../../explained-error.js';
import type { AskedPrompt } from '../../tokenizer/prompt.js';

/** Exactly one of the two must be given. Throws UsageError. */
export function typedPrompt(text: string | undefined, ids: string | undefined): AskedPrompt {
  if (text !== undefined && ids === undefined) return { text };
  if (text === undefined && ids !== undefined) return { ids: readIds(ids) };
  const message = text === undefined ? 'there is no prompt' : '--tokens stands in place of a prompt, and there is one';
  throw new UsageError('bad-prompt', message, 'write "Hello world", or --tokens 1,616,649');
}

/** Another prompt: a text, or ids where the first one is given as ids. Throws UsageError. */
export function typedOther(other: string, ids: string | undefined): AskedPrompt {
  return ids === undefined ? { text: other } : { ids: readIds(other, '--with') };
}

/** `1,616,649`. Whether there are such tokens is for the model to say. */
function readIds(text: string, option = '--tokens'): number[] {
  const ids = text.split(',').map((word) => word.trim());
  const wrong = ids.find((id) => !/^\d{1,9}$/.test(id));
  if (wrong === undefined) return ids.map(Number);
  throw new UsageError(
    'bad-tokens',
    `${option}: "${wrong}" is no token id`,
    'write ids with commas between: 1,616,649',
  );
}
