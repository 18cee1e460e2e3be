/**
 * A thread of the scan of values, a program of its own, started by value-threads.ts. It is sent jobs and sends their sums back; it reads
 * the files itself, so that nothing large goes from thread to thread.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { PieceReader, type ValuePiece } from './value-pieces.js';
import { pieceScan } from './values/piece-scan.js';
import { plainKernels } from './values/plain-kernels.js';
import { type KernelProgram, simdKernels } from './values/simd-kernels.js';
import type { ValueSums } from './values/value-sums.js';

const { kernels } = workerData as { kernels: KernelProgram | undefined };
const reader = new PieceReader(pieceScan(kernels === undefined ? plainKernels() : simdKernels(kernels)));

/** Jobs are done one after the other: all pieces share the room of one scan. */
let before: Promise<void> = Promise.resolve();

// Whoever fails here fails as the thread's error, which the program waits for.
parentPort?.on('message', (job: readonly ValuePiece[]) => {
  before = before.then(async () => {
    const sums: (ValueSums | null)[] = [];
    for (const piece of job) sums.push(await reader.read(piece));
    parentPort?.postMessage(sums);
  });
});
