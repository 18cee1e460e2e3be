/** A thread of `scan`: a target comes, its line goes back. */

import { parentPort, workerData } from 'node:worker_threads';
import { setHeaders } from '../locate-target.js';
import { scanModel } from './scan-model.js';
import type { Answer, Order, ThreadSetup } from './threads.js';

const { contextLengths, headers } = workerData as ThreadSetup;
setHeaders(headers);

parentPort?.on('message', ({ id, target, found }: Order) => {
  void scanModel(target, found, contextLengths).then((line) => {
    const unreadable = line.verdict === 'unreadable';
    parentPort?.postMessage({ id, line: JSON.stringify(line), unreadable } satisfies Answer);
  });
});
