/**
 * Divides the value scan into jobs for threads. A piece is some rows of one tensor. The division does not depend on the number of threads,
 * so neither do the sums of a tensor.
 */

import { type BlockSource, openBlocks } from '../io/block-source.js';
import { readBlocks } from './read-blocks.js';
import { inOwnFile, type ReadableData } from './tensor-data.js';
import type { PieceScan } from './values/piece-scan.js';
import type { ValueSums } from './values/value-sums.js';

/** Some rows of a tensor. */
export interface ValuePiece {
  /** The file that the data's position refers to; null if a source reads the bytes of all files. */
  path: string | null;
  data: ReadableData;
  first: number;
  rows: number;
  /** Index in the list of tensors. */
  tensor: number;
  /** Whether it is the last piece of the tensor. */
  last: boolean;
}

/** Approximate bytes of a piece, which has at least one row. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Maximum number of pieces, of small tensors, in one job. */
const MOST_PIECES = 64;

/**
 * The jobs of a scan in tensor order: each has pieces of about 4 MiB in total. `paths` are the files by file number minus 1; null if a
 * source reads them.
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

  /** The sums of a piece; null if the input ends too early. Rejects with errors of the source. */
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

  /** Closes the files, but not the source. */
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
