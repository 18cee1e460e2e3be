/** Opens the typed model to compute with it, and reads the typed prompt, a text or token ids. */

import { UsageError } from '../explained-error.js';
import { type Computation, computationOf, requireAnyOrder } from '../library/computed-flow.js';
import type { OpenedModel } from '../open/open-model.js';
import { aboutTarget } from '../open/read-header.js';
import type { AskedPrompt } from '../tokenizer/prompt.js';
import { TokenizerError } from '../tokenizer/tokenizer-error.js';
import { locateTarget } from './locate-target.js';
import { openTarget } from './open-target.js';
import { watchOnTerminal } from './terminal-watch.js';

/** Opens a model, reads the prompt (and another one, if given), does the work, closes the model. Errors have the name of the model. */
export async function withComputation<T>(
  target: string,
  asked: AskedPrompt,
  work: (computation: Computation, other?: Computation) => Promise<T>,
  other?: AskedPrompt,
): Promise<T> {
  return await withOpened(target, async (opened) => {
    const first = await computationOf(opened, asked, watchOnTerminal);
    return await work(first, other && (await computationOf(opened, other, watchOnTerminal)));
  });
}

/** Opens a model to compute with it, does the work, closes it. Errors have the name of the model. */
export async function withOpened<T>(target: string, work: (opened: OpenedModel) => Promise<T>): Promise<T> {
  try {
    requireAnyOrder(target, locateTarget(target).kind === 'stream');
    await using opened = await openTarget(target, { data: true, headerBytes: true });
    return await work(opened);
  } catch (error) {
    if (error instanceof TokenizerError) throw error.about(target, BY_IDS);
    throw aboutTarget(error, target);
  }
}

const BY_IDS = '--tokens 1,616,649 takes token ids instead of a prompt';

/** The typed prompt: a text, or token ids with `--tokens`. Exactly one of the two must be given. Throws UsageError. */
export function typedPrompt(text: string | undefined, ids: string | undefined): AskedPrompt {
  if (text !== undefined && ids === undefined) return { text };
  if (text === undefined && ids !== undefined) return { ids: readIds(ids) };
  const message = text === undefined ? 'a prompt is missing' : 'give either a prompt or --tokens, not both';
  const hint =
    text === undefined ? 'add a text in quotes, "Hello world", or --tokens 1,616,649' : 'leave out one of them';
  throw new UsageError('bad-prompt', message, hint);
}

/** Another prompt: a text, or token ids if the first prompt is given as ids. Throws UsageError. */
export function typedOther(other: string, ids: string | undefined): AskedPrompt {
  return ids === undefined ? { text: other } : { ids: readIds(other, '--with') };
}

/** Reads `1,616,649`. Whether these tokens exist depends on the model and is checked later. */
function readIds(text: string, option = '--tokens'): number[] {
  const ids = text.split(',').map((word) => word.trim());
  const wrong = ids.find((id) => !/^\d{1,9}$/.test(id));
  if (wrong === undefined) return ids.map(Number);
  throw new UsageError(
    'bad-tokens',
    `${option}: "${wrong}" is not a token id`,
    'write ids with commas between: 1,616,649',
  );
}
