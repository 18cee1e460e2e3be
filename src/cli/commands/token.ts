/** `token`: a text as tokens, or a token by its id, and the row of each in the embedding table. */

import { isExplained } from '../../explained-error.js';
import { NEAREST } from '../../library/option-limits.js';
import { tokensOf } from '../../library/tokens.js';
import { aboutTarget } from '../../open/read-header.js';
import { renderToken } from '../../render/text/token-page.js';
import { TokenizerError } from '../../tokenizer/tokenizer-error.js';
import type { ReadAs } from '../../tokenizer/word-tokens.js';
import type { TokenOptions } from '../definitions/token.js';
import { printReport } from '../formats.js';
import { modelFirst } from '../model-argument.js';
import { openTarget } from '../open-target.js';
import { watchOnTerminal } from '../terminal-watch.js';

export async function run(first: string, second: string, options: TokenOptions): Promise<void> {
  const [target, word] = modelFirst(first, second);
  const { nearest = NEAREST, data, format } = options;
  const as: ReadAs = options.text ? 'text' : options.id ? 'id' : 'either';
  await using opened = await openTarget(target, { data: true, headerBytes: true });
  try {
    const report = await tokensOf(opened, word, { as, nearest, data }, watchOnTerminal);
    await printReport(report, format, { text: renderToken });
  } catch (error) {
    if (error instanceof TokenizerError) throw error.about(target, BY_ID);
    throw isExplained(error) ? error.about(target) : aboutTarget(error, target);
  }
}

const BY_ID = 'a token id still works: gguf-explain token MODEL 616';
