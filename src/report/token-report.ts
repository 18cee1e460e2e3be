/** The report of `token`, from the data that was read of the vocabulary and the embedding table. */

import { isComputed } from '../architectures/book.js';
import { rowBytes } from '../formats/tensor-types.js';
import { type GgufFile, metadataValue } from '../gguf/decode.js';
import { stringOrNull } from '../model/hyperparameters.js';
import type { ModelTensor } from '../model/model.js';
import { typeName } from '../model/totals.js';
import type { ReadToken } from '../tokenizer/word-tokens.js';
import { fileEntry } from './file-entry.js';
import { jsonNumber } from './json-number.js';
import type { TokenEntry, TokenReport } from './token-schema.js';

/** The data that was read, in the types of the reader. */
export interface ReadTokens {
  name: string;
  file: GgufFile;
  asked: string;
  readAs: TokenReport['readAs'];
  tokenizer: TokenReport['tokenizer'];
  tokens: readonly ReadToken[];
  table: ModelTensor | null;
  rows: readonly ReadRow[];
  rowsLeft: number;
  rowsUnread: TokenReport['rowsUnread'];
  nearestUnread: TokenReport['nearestUnread'];
}

export interface ReadRow {
  id: number;
  /** Where the row begins, in bytes from the start of the table. */
  position: number;
  values: readonly (number | bigint)[];
  nearest: readonly (ReadToken & { similarity: number })[] | null;
}

export function tokenReport(read: ReadTokens): TokenReport {
  const { table, rowsUnread, nearestUnread } = read;
  const [length = 0, rows = 0] = table?.dimensions ?? [];
  const bytesPerRow =
    table?.type !== undefined && length % table.type.blockElements === 0 ? rowBytes(table.type, length) : null;
  return {
    schemaVersion: 1,
    file: fileEntry(read.name, read.file),
    asked: read.asked,
    readAs: read.readAs,
    tokenizer: read.tokenizer,
    tokens: read.tokens.map(tokenEntry),
    table: table && { name: table.name, type: typeName(table), rows, length, bytesPerRow },
    traced: isComputed(stringOrNull(metadataValue(read.file, 'general.architecture'))),
    rows: read.rows.map(({ id, position, values, nearest }) => ({
      id,
      offset: (table?.shard?.offset ?? table?.fileOffset ?? 0) + position,
      ...(table?.shard === undefined ? {} : { shard: table.shard.number }),
      bytes: bytesPerRow ?? 0,
      length: lengthOf(values),
      values: values.map(jsonNumber),
      nearest:
        nearest === null
          ? null
          : nearest.map(({ similarity, ...token }) => ({ ...tokenEntry(token), similarity: round(similarity) })),
    })),
    rowsLeft: read.rowsLeft,
    ...(rowsUnread === undefined ? {} : { rowsUnread }),
    ...(nearestUnread === undefined ? {} : { nearestUnread }),
  };
}

function tokenEntry({ id, piece, stored, kind }: ReadToken): TokenEntry {
  return { id, piece, stored, kind: KINDS[kind ?? 0] ?? null };
}

const KINDS = [null, 'normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'] as const;

function lengthOf(values: readonly (number | bigint)[]): number | null {
  const length = Math.sqrt(values.reduce<number>((sum, value) => sum + Number(value) ** 2, 0));
  return Number.isFinite(length) ? length : null;
}

/** Rounds to six digits, because rows are compared as float32. */
function round(similarity: number): number {
  return Number(similarity.toFixed(6));
}
