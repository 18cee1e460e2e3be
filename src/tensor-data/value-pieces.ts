/**
 * The scan of values cut into jobs for threads. A piece is some rows of one tensor, and pieces are cut at the same places whoever
 * scans them, so the sums of a tensor are the same for any number of threads.
 */

import { type BlockSource, openBlocks } from '../io/block-source.js';
import { readBlocks } from './read-blocks.js';
import { inOwnFile, type ReadableData } from './tensor-data.js';
import type { PieceScan } from './values/piece-scan.js';
import type { ValueSums } from './values/value-sums.js';

/** Some rows of a tensor. */
export interface ValuePiece {
  /** The file in which the data has its position; null where a source reads the bytes of all files. */
  path: string | null;
  data: ReadableData;
  first: number;
  rows: number;
  /** Index in the list of tensors. */
  tensor: number;
  /** Whether the tensor ends with it. */
  last: boolean;
}

/** A piece has about so many bytes, and at least one row. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Small tensors are done several at a time. */
const MOST_PIECES = 64;

/**
 * The jobs of a scan in the order of the tensors: pieces of about 4 MiB together. `paths` are the files by their numbers, less 1; null
 * where a source reads them.
 */
export function* valueJobs(
  tensors: readonly ReadableData[],
  paths: readonly (string | undefined)[] | null,
): Generator<ValuePiece[], void, void> {
  let job: ValuePiece[] = [];
  let filled = 0;
  for (const [tensor, whole] of tensors.entries()) {
    const path = paths === null ? null : (paths[whole.shard.number - 1] as string);
    const data = path === null ? whole : inOwnFile(whole);
    const most = Math.max(1, Math.floor(PIECE_BYTES / data.rowBytes));
    for (let first = 0; first < data.rows; first += most) {
      const rows = Math.min(most, data.rows - first);
      const bytes = rows * data.rowBytes;
      if (job.length >= MOST_PIECES || (job.length > 0 && filled + bytes > PIECE_BYTES)) {
        yield job;
        job = [];
        filled = 0;
      }
      job.push({ path, data, first, rows, tensor, last: first + rows === data.rows });
      filled += bytes;
    }
  }
  if (job.length > 0) yield job;
}

/** Reads and scans pieces; files stay open for the next ones. */
export class PieceReader {
  private readonly scan: PieceScan;
  private readonly source: BlockSource | undefined;
  private readonly files = new Map<string, BlockSource>();

  /** `source` reads the pieces without a path. */
  constructor(scan: PieceScan, source?: BlockSource) {
    this.scan = scan;
    this.source = source;
  }

  /** The sums of a piece; null where the input ends before it does. Fails with the error of whatever is read. */
  async read({ path, data, first, rows }: ValuePiece): Promise<ValueSums | null> {
    const { scan } = this;
    const { blockBytes, blockElements } = data.type;
    const source = path === null ? (this.source as BlockSource) : this.opened(path);
    const most = Math.floor(scan.room.length / blockBytes);
    const inRow = data.rowLength / blockElements;
    scan.begin(data);
    for (let block = first * inRow; block < (first + rows) * inRow; ) {
      const some = Math.min(most, (first + rows) * inRow - block);
      const room = scan.room.subarray(0, some * blockBytes);
      const reading = readBlocks(data, source, block, room);
      if ((typeof reading === 'number' ? reading : await reading) < room.length) {
        scan.end();
        return null;
      }
      scan.add(room.length);
      block += some;
    }
    return scan.end();
  }

  /** Closes the files; the source stays open. */
  async close(): Promise<void> {
    await Promise.all([...this.files.values()].map((file) => file.close()));
  }

  private opened(path: string): BlockSource {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const file = openBlocks(path);
    this.files.set(path, file);
    return file;
  }
}
