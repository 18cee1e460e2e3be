/**
 * The jobs of the value scan on an input that is no file on this disk: a web server, a stream. It is read forwards, in this thread; what is
 * waited for is the network.
 */

import { beforeAbort } from '../io/before-abort.js';
import type { BlockSource } from '../io/block-source.js';
import type { ValuePiece } from './value-pieces.js';
import type { JobRunner } from './value-threads.js';
import { type PieceScan, pieceScan } from './values/piece-scan.js';
import { plainKernels } from './values/plain-kernels.js';
import { type KernelProgram, simdKernels } from './values/simd-kernels.js';
import type { ValueSums } from './values/value-sums.js';

/**
 * Does the jobs one after the other. An end that is asked for does not wait for bytes that are on their way. One runner may be called again,
 * after it is done: its kernels are made once.
 */
export function runFrom(source: BlockSource, kernels: KernelProgram | undefined): JobRunner {
  let scan: PieceScan | undefined;
  return async (jobs, done, signal) => {
    scan ??= pieceScan(kernels === undefined ? plainKernels() : simdKernels(kernels));
    for (let next = jobs.next(); !next.done && !signal?.aborted; next = jobs.next()) {
      const sums: (ValueSums | null)[] = [];
      for (const piece of next.value) {
        const found = await beforeAbort(readPiece(source, scan, piece), signal);
        if (found === undefined) return;
        sums.push(found);
      }
      done(next.value, sums);
    }
  };
}

/** The sums of a piece; null where the input ends before it does. */
async function readPiece(
  source: BlockSource,
  scan: PieceScan,
  { position, bytes, form }: ValuePiece,
): Promise<ValueSums | null> {
  const most = Math.floor(scan.room.length / form.type.blockBytes) * form.type.blockBytes;
  scan.begin(form);
  for (let done = 0; done < bytes; ) {
    const portion = Math.min(most, bytes - done);
    const count = await source.read(scan.room.subarray(0, portion), position + done);
    if (count < portion) {
      scan.end();
      return null;
    }
    scan.add(portion);
    done += portion;
  }
  return scan.end();
}
