/** `token`: a text as tokens, or a token by its id, and the row of each in the embedding table. */

import { isExplained } from '../../explained-error.js';
import { MOST_NEAREST, NEAREST, tokensOf } from '../../library/tokens.js';
import { aboutTarget } from '../../open/read-header.js';
import { renderToken } from '../../render/text/token-page.js';
import { TokenizerError } from '../../tokenizer/tokenizer-error.js';
import type { ReadAs } from '../../tokenizer/word-tokens.js';
import { modelFirst } from '../model-argument.js';
import { openTarget } from '../open-target.js';
import { printReport } from '../print-report.js';
import { watchOnTerminal } from '../terminal-watch.js';
import { UsageError } from '../usage-error.js';

export interface TokenOptions {
  text?: boolean;
  id?: boolean;
  nearest?: string;
  data?: boolean;
  json?: boolean;
}

export async function tokenCommand(first: string, second: string, options: TokenOptions): Promise<void> {
  const [target, word] = modelFirst(first, second);
  const nearest = readNearest(options.nearest);
  const as: ReadAs = options.text ? 'text' : options.id ? 'id' : 'either';
  await using opened = await openTarget(target, { data: true, headerBytes: true });
  try {
    const report = await tokensOf(opened, word, { as, nearest, data: options.data }, watchOnTerminal);
    await printReport(report, options.json, renderToken);
  } catch (error) {
    if (error instanceof TokenizerError) throw error.about(target, BY_ID);
    throw isExplained(error) ? error.about(target) : aboutTarget(error, target);
  }
}

const BY_ID = 'the id of a token works all the same: gguf-explain token MODEL 616';

function readNearest(text: string | undefined): number {
  if (text === undefined) return NEAREST;
  const count = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (count <= MOST_NEAREST) return count;
  throw new UsageError('bad-number', `--nearest ${text} is no number from 0 to ${MOST_NEAREST}`);
}
