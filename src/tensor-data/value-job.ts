/**
 * The job of a thread of the value scan, started by value-threads.ts. It receives pieces and returns their sums. It reads the files itself,
 * so that no large data is passed between threads.
 */

import type { Job } from '../workers/serve.js';
import { PieceReader, type ValuePiece } from './value-pieces.js';
import { pieceScan } from './values/piece-scan.js';
import { plainKernels } from './values/plain-kernels.js';
import { type KernelProgram, simdKernels } from './values/simd-kernels.js';
import type { ValueSums } from './values/value-sums.js';

export interface ValueSetup {
  /** Undefined if this machine cannot run the kernels. */
  kernels: KernelProgram | undefined;
}

/** The sums of some pieces; null for a piece that is not completely in the file. */
export type JobSums = readonly (ValueSums | null)[];

export const job: Job<ValueSetup, readonly ValuePiece[], JobSums> = ({ kernels }) => {
  const reader = new PieceReader(pieceScan(kernels === undefined ? plainKernels() : simdKernels(kernels)));
  // Orders are processed one after the other, because all pieces share the buffers of one scan.
  let before: Promise<unknown> = Promise.resolve();
  return (pieces) => {
    const sums = before.then(async () => {
      const found: (ValueSums | null)[] = [];
      for (const piece of pieces) found.push(await reader.read(piece));
      return found;
    });
    before = sums.catch(() => undefined);
    return sums;
  };
};
