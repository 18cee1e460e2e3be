/** A model opened to be computed with, and what goes wrong on the way told as errors about it. */

import { type Computation, computationOf, requireAnyOrder } from '../../library/computed-flow.js';
import { aboutTarget } from '../../open/read-header.js';
import type { AskedPrompt } from '../../tokenizer/prompt.js';
import { TokenizerError } from '../../tokenizer/tokenizer-error.js';
import { locateTarget } from '../locate-target.js';
import { openTarget } from '../open-target.js';
import { watchOnTerminal } from '../terminal-watch.js';

/** Opens a model, reads the prompt (and another one, where there is one), does the work, closes the model. What goes wrong is told with the name of the model. */
export async function withComputation<T>(
  target: string,
  asked: AskedPrompt,
  work: (computation: Computation, other?: Computation) => Promise<T>,
  other?: AskedPrompt,
): Promise<T> {
  try {
    requireAnyOrder(target, locateTarget(target).kind === 'stream');
    await using opened = await openTarget(target, { data: true, headerBytes: true });
    const first = await computationOf(opened, asked, watchOnTerminal);
    return await work(first, other && (await computationOf(opened, other, watchOnTerminal)));
  } catch (error) {
    if (error instanceof TokenizerError) throw error.about(target, BY_IDS);
    throw aboutTarget(error, target);
  }
}

const BY_IDS = '--tokens 1,616,649 takes the ids of tokens in place of a prompt';
