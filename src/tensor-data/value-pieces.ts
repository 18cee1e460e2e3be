/**
 * The scan of values cut into jobs for threads. A piece is some rows of one tensor, and pieces are cut at the same places whoever
 * scans them, so the sums of a tensor are the same for any number of threads.
 */

import { readSync } from 'node:fs';
import { openRegularFile } from '../io/file.js';
import type { ValueTensor } from './value-tensors.js';
import type { PieceScan, ValueForm } from './values/piece-scan.js';
import type { ValueSums } from './values/value-sums.js';

/** Some rows of a tensor. */
export interface ValuePiece {
  path: string;
  position: number;
  bytes: number;
  form: ValueForm;
  /** Index in the list of tensors. */
  tensor: number;
  /** Whether the tensor ends with it. */
  last: boolean;
}

/** A piece has about so many bytes, and at least one row. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Small tensors are done several at a time. */
const MOST_PIECES = 64;

/** The jobs of a scan in the order of the tensors: pieces of about 4 MiB together. */
export function* valueJobs(tensors: readonly ValueTensor[]): Generator<ValuePiece[], void, void> {
  let job: ValuePiece[] = [];
  let filled = 0;
  for (const [tensor, { path, position, rows, rowBytes, form }] of tensors.entries()) {
    const most = Math.max(1, Math.floor(PIECE_BYTES / rowBytes));
    for (let row = 0; row < rows; row += most) {
      const some = Math.min(most, rows - row);
      const bytes = some * rowBytes;
      if (job.length >= MOST_PIECES || (job.length > 0 && filled + bytes > PIECE_BYTES)) {
        yield job;
        job = [];
        filled = 0;
      }
      job.push({ path, position: position + row * rowBytes, bytes, form, tensor, last: row + some === rows });
      filled += bytes;
    }
  }
  if (job.length > 0) yield job;
}

/** Reads and scans pieces; files stay open for the next ones. */
export class PieceReader {
  private readonly scan: PieceScan;
  private readonly files = new Map<string, number>();

  constructor(scan: PieceScan) {
    this.scan = scan;
  }

  /** The sums of a piece; null where the file ends before it does. Throws the system's error where reading fails. */
  read({ path, position, bytes, form }: ValuePiece): ValueSums | null {
    const { room } = this.scan;
    const file = this.opened(path);
    const most = Math.floor(room.length / form.type.blockBytes) * form.type.blockBytes;
    this.scan.begin(form);
    for (let done = 0; done < bytes; ) {
      const portion = Math.min(most, bytes - done);
      if (!readWhole(file, room, portion, position + done)) {
        this.scan.end();
        return null;
      }
      this.scan.add(portion);
      done += portion;
    }
    return this.scan.end();
  }

  /** The files that are open, for whoever closes them. */
  get descriptors(): Iterable<number> {
    return this.files.values();
  }

  private opened(path: string): number {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const file = openRegularFile(path);
    this.files.set(path, file);
    return file;
  }
}

function readWhole(file: number, target: Uint8Array, bytes: number, position: number): boolean {
  for (let done = 0; done < bytes; ) {
    const count = readSync(file, target, done, bytes - done, position + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}
