/** `token`: a text as tokens, or a token by its id, and the row of each in the embedding table. */

import { isExplained } from '../../explained-error.js';
import { tokenTable } from '../../model/token-table.js';
import type { OpenedModel } from '../../open/open-model.js';
import { aboutTarget } from '../../open/read-header.js';
import { renderToken } from '../../render/text/token-page.js';
import { tokenReport } from '../../report/token-report.js';
import type { TokenReport } from '../../report/token-schema.js';
import { TokenizerError } from '../../tokenizer/tokenizer-error.js';
import { describeToken, type ReadAs, tokensOfWord, vocabularyOf } from '../../tokenizer/word-tokens.js';
import { modelFirst } from '../model-argument.js';
import { openTarget } from '../open-target.js';
import { printReport } from '../print-report.js';
import { type RowsRead, readRows } from '../token/read-rows.js';
import { UsageError } from '../usage-error.js';

export interface TokenOptions {
  text?: boolean;
  id?: boolean;
  nearest?: string;
  data?: boolean;
  json?: boolean;
}

/** Different tokens whose rows are read. */
const MOST_ROWS = 16;

const NEAREST = 8;
const MOST_NEAREST = 100;

export async function tokenCommand(first: string, second: string, options: TokenOptions): Promise<void> {
  const [target, word] = modelFirst(first, second);
  const nearest = readNearest(options.nearest);
  const as: ReadAs = options.text ? 'text' : options.id ? 'id' : 'either';
  await using opened = await openTarget(target, { data: true, headerBytes: true });
  try {
    await printReport(await reportOf(opened, word, as, { nearest, data: options.data }), options.json, renderToken);
  } catch (error) {
    if (error instanceof TokenizerError) throw error.about(target, BY_ID);
    throw isExplained(error) ? error.about(target) : aboutTarget(error, target);
  }
}

const BY_ID = 'the id of a token works all the same: gguf-explain token MODEL 616';

async function reportOf(
  opened: OpenedModel,
  word: string,
  as: ReadAs,
  { nearest, data }: { nearest: number; data: boolean | undefined },
): Promise<TokenReport> {
  const { name, file, locality } = opened;
  const table = tokenTable(opened.model) ?? null;
  const rowCount = table?.dimensions[1] ?? 0;
  const found = vocabularyOf(opened.header);
  const { readAs, ids } = await tokensOfWord(word, as, found, rowCount);
  const different = [...new Set(ids)];
  const withRow = different.filter((id) => id < rowCount).slice(0, MOST_ROWS);
  const asked = { file, ids: withRow, nearest, blocks: opened.data, locality, data } as const;
  const read: RowsRead =
    table === null ? { rows: [] } : await readRows({ ...asked, table, describe: (id) => describeToken(id, found) });
  const vocabulary = 'vocabulary' in found ? found.vocabulary : null;
  return tokenReport({
    ...{ name, file, asked: word, readAs, table, rows: read.rows },
    tokenizer: vocabulary && { model: vocabulary.model, pre: vocabulary.pre, tokens: vocabulary.size },
    tokens: ids.map((id) => describeToken(id, found)),
    rowsLeft: different.length - read.rows.length,
    rowsUnread: read.rowsUnread,
    nearestUnread: read.nearestUnread,
  });
}

function readNearest(text: string | undefined): number {
  if (text === undefined) return NEAREST;
  const count = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (count <= MOST_NEAREST) return count;
  throw new UsageError('bad-number', `--nearest ${text} is no number from 0 to ${MOST_NEAREST}`);
}
