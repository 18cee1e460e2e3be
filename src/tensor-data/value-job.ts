/**
 * A thread of the scan of values, a program of its own, started by value-threads.ts. It is sent jobs and sends their sums back; it reads
 * the files itself, so that nothing large goes from thread to thread.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { PieceReader, type ValuePiece } from './value-pieces.js';
import { pieceScan } from './values/piece-scan.js';
import { plainKernels } from './values/plain-kernels.js';
import { type KernelProgram, simdKernels } from './values/simd-kernels.js';

const { kernels } = workerData as { kernels: KernelProgram | undefined };
const reader = new PieceReader(pieceScan(kernels === undefined ? plainKernels() : simdKernels(kernels)));

// Whoever fails here fails as the thread's error, which the program waits for.
parentPort?.on('message', (job: readonly ValuePiece[]) => {
  parentPort?.postMessage(job.map((piece) => reader.read(piece)));
});
