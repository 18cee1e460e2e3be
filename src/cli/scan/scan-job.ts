/** A thread of `scan`: a target comes, its line goes back. */

import { parentPort, workerData } from 'node:worker_threads';
import { useHeaders } from '../locate-target.js';
import { scanModel } from './scan-model.js';
import type { Answer, Order, ThreadSetup } from './threads.js';

const { question, headers } = workerData as ThreadSetup;
useHeaders(headers);

parentPort?.on('message', ({ id, target, found }: Order) => {
  void scanModel(target, found, question).then((line) => {
    const unreadable = line.verdict === 'unreadable';
    parentPort?.postMessage({ id, line: JSON.stringify(line), unreadable } satisfies Answer);
  });
});
