/** The tokens of a page as the words of a command that goes on with them: ids, which work with any model, vocabulary or none. */

import type { PromptToken } from '../../report/attention-schema.js';

/** Ids that a command repeats: of a longer text only its beginning. */
const MOST_IDS = 24;

export function promptWords(tokens: readonly Pick<PromptToken, 'id'>[]): string {
  const ids = tokens.slice(0, MOST_IDS).map(({ id }) => id);
  return `--tokens ${ids.join(',')}`;
}
