/** The report of `token`: a text as tokens, or a token by its id, and the row of each in the embedding table. */

import { tokenTable } from '../model/token-table.js';
import type { ModelWithData } from '../open/open-model.js';
import { tokenReport } from '../report/token-report.js';
import type { TokenReport } from '../report/token-schema.js';
import { describeToken, type ReadAs, tokensOfWord, vocabularyOf } from '../tokenizer/word-tokens.js';
import { requireLanguageModel } from './language-model.js';
import { type RowsRead, readRows } from './token-rows.js';
import type { Watch } from './watch.js';

export interface TokensQuestion {
  /** How to read the word; `either` is an id if there is such a token, else a text. */
  as: ReadAs;
  /** Number of neighbors for each row. */
  nearest: number;
  /** true: read the rows wherever they are; false: never; undefined: the user said neither. */
  data?: boolean | undefined;
}

/** Most different tokens whose rows are read. */
const MOST_ROWS = 16;

/**
 * The model must be open for its data and with the bytes of its header. Throws UsageError for an id that no token has, TokenizerError for a
 * text that cannot be tokenized, and what reading the data throws.
 */
export async function tokensOf(
  opened: ModelWithData,
  word: string,
  { as, nearest, data }: TokensQuestion,
  watch: Watch,
): Promise<TokenReport> {
  requireLanguageModel(opened, 'Tokens');
  const { name, file, locality } = opened;
  const table = tokenTable(opened.model) ?? null;
  const rowCount = table?.dimensions[1] ?? 0;
  const found = vocabularyOf(opened.header);
  const { readAs, ids } = await tokensOfWord(word, as, found, rowCount);
  const different = [...new Set(ids)];
  const withRow = different.filter((id) => id < rowCount).slice(0, MOST_ROWS);
  const asked = { file, ids: withRow, nearest, blocks: opened.data, locality, data } as const;
  const describe = (id: number) => describeToken(id, found);
  const read: RowsRead = table === null ? { rows: [] } : await readRows({ ...asked, table, describe }, watch);
  const vocabulary = 'vocabulary' in found ? found.vocabulary : null;
  return tokenReport({
    ...{ name, file, asked: word, readAs, table, rows: read.rows },
    tokenizer: vocabulary && { model: vocabulary.model, pre: vocabulary.pre, tokens: vocabulary.size },
    tokens: ids.map(describe),
    rowsLeft: different.length - read.rows.length,
    rowsUnread: read.rowsUnread,
    nearestUnread: read.nearestUnread,
  });
}
