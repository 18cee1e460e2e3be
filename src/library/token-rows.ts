/** The rows of tokens in the embedding table, and the rows of the table that are nearest to them. */

import { UsageError } from '../explained-error.js';
import { exactValues } from '../formats/exact-values.js';
import type { GgufFile } from '../gguf/decode.js';
import type { BlockSource } from '../io/block-source.js';
import { keptBlocks } from '../io/kept-block-source.js';
import type { ModelTensor } from '../model/model.js';
import { type Locality, MOST_UNASKED_BYTES } from '../open/locality.js';
import type { ReadRow } from '../report/token-report.js';
import type { TokenReport } from '../report/token-schema.js';
import { nearestRows } from '../tensor-data/nearest-rows.js';
import { portionsOf } from '../tensor-data/read-blocks.js';
import { isReadable, type ReadableData, tensorDataOf } from '../tensor-data/tensor-data.js';
import type { ReadToken } from '../tokenizer/word-tokens.js';
import { formatBytes } from '../words/format-quantity.js';
import { built } from './built.js';
import type { Watch } from './watch.js';

/** Most numbers in a row; no model's vectors have a tenth of that. */
const MOST_NUMBERS = 1024 * 1024;

export interface WantedRows {
  file: GgufFile;
  table: ModelTensor;
  /** Different tokens, each with a row. */
  ids: readonly number[];
  /** Number of neighbors for each row; with 0 the rest of the table is not read. */
  nearest: number;
  blocks: BlockSource;
  locality: Locality;
  /** Whether to read large downloads and streams, too. */
  data: boolean | undefined;
  describe: (id: number) => ReadToken;
}

export type RowsRead = {
  rows: ReadRow[];
  rowsUnread?: TokenReport['rowsUnread'];
  nearestUnread?: TokenReport['nearestUnread'];
};

export async function readRows(wanted: WantedRows, watch: Watch): Promise<RowsRead> {
  const { file, table, ids, locality, data } = wanted;
  if (ids.length === 0) return { rows: [] };
  if (data === false) return { rows: [], rowsUnread: 'not-wanted' };
  if (locality === 'stream' && data !== true) return { rows: [], rowsUnread: 'stream' };
  const stored = tensorDataOf(file, table);
  if (!isReadable(stored)) return { rows: [], rowsUnread: stored.unreadable };
  if (stored.rowLength > MOST_NUMBERS) return { rows: [], rowsUnread: 'too-long' };
  const nearestUnread = reasonNotToSearch(wanted, stored);
  const source = locality === 'local' ? wanted.blocks : await kept(wanted, stored, nearestUnread !== undefined);
  const rows: (ReadRow & { numbers: Float32Array })[] = [];
  for (const id of ids) rows.push(await readRow(stored, id, source));
  if (nearestUnread !== undefined) return { rows: rows.map(withoutNumbers), nearestUnread };
  const neighbors = await search(wanted, stored, rows, source, watch);
  return { rows: rows.map((row, i) => ({ ...withoutNumbers(row), nearest: neighbors[i] ?? [] })) };
}

function withoutNumbers({ numbers: _numbers, ...row }: ReadRow & { numbers: Float32Array }): ReadRow {
  return row;
}

function reasonNotToSearch(
  { locality, nearest, data }: WantedRows,
  { bytes }: ReadableData,
): TokenReport['nearestUnread'] {
  if (nearest === 0) return 'not-wanted';
  return locality === 'remote' && data !== true && bytes > MOST_UNASKED_BYTES ? 'far-away' : undefined;
}

/**
 * Keeps the rows or the table in memory if they are small enough: then a server is asked for it only once, and a stream, which gives it
 * only once, can be used.
 */
async function kept(
  { blocks, ids, locality }: WantedRows,
  { position, bytes, rowBytes }: ReadableData,
  rowsAlone: boolean,
): Promise<BlockSource> {
  if (rowsAlone) {
    return await keptBlocks(
      blocks,
      ids.map((id) => ({ position: position + id * rowBytes, bytes: rowBytes })),
    );
  }
  if (bytes <= MOST_UNASKED_BYTES) return await keptBlocks(blocks, [{ position, bytes }]);
  if (locality === 'remote') return blocks;
  const message = `a table of ${formatBytes(bytes)} is too large to keep from a stream and read twice`;
  throw new UsageError('stream', message, 'save it to a file first, or ask for no neighbors with --nearest 0');
}

async function readRow(table: ReadableData, id: number, source: BlockSource) {
  const { type, littleEndian, rowLength } = table;
  const blocks = rowLength / type.blockElements;
  const values: (number | bigint)[] = [];
  for await (const bytes of portionsOf(table, source, { first: id * blocks, blocks })) {
    for (const value of exactValues(type, bytes, littleEndian) ?? []) values.push(value);
  }
  return { id, position: id * table.rowBytes, values, nearest: null, numbers: Float32Array.from(values, Number) };
}

async function search(
  { nearest, describe }: WantedRows,
  table: ReadableData,
  rows: readonly { id: number; numbers: Float32Array }[],
  source: BlockSource,
  watch: Watch,
) {
  const vectors = rows.map(({ id, numbers }) => ({ row: id, numbers }));
  const found = await watch({ verb: 'searched', total: table.bytes }, ({ onProgress }) =>
    nearestRows(table, source, vectors, { count: nearest, kernels: built('value-kernels.wasm'), onProgress }),
  );
  return found.map((neighbors) => neighbors.map(({ row, similarity }) => ({ ...describe(row), similarity })));
}
