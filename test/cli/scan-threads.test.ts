/** The threads of `scan`, with a model that keeps one of them for ever: it is found, and none of its neighbours is lost. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ScanThreads } from '../../src/cli/scan/threads.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Answers each target, but for `slow`, over which it never ends; `wait` is answered when the thread has time again. */
const program = join(folder, 'worker.cjs');
writeFileSync(
  program,
  `const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, target }) => {
  if (target === 'slow') for (;;);
  if (target === 'dead') process.exit(1);
  const answer = () => parentPort.postMessage({ id, line: target, unreadable: false });
  if (target === 'wait') setTimeout(answer, 20); else answer();
});`,
);

const setup = { question: { contextLengths: [], timeLimit: 100 }, headers: { bound: undefined, hosts: [] } };
const threadsOf = (most: number) => new ScanThreads(program, most, setup, 1500);

/** The code of the error in a line, or the line. */
function told(line: string): string {
  return line.startsWith('{') ? JSON.parse(line).error.code : line;
}

describe('threads', () => {
  it('end a model that keeps its thread, and scan its neighbours all the same', { timeout: 30_000 }, async () => {
    const threads = threadsOf(1);
    try {
      const targets = ['a', 'wait', 'slow', 'b', 'wait'];
      const answers = await Promise.all(targets.map((target) => threads.scan(target, false)));
      expect(answers.map(({ line }) => told(line))).toEqual(['a', 'wait', 'time-limit', 'b', 'wait']);
      expect(answers.map(({ unreadable }) => unreadable)).toEqual([false, false, true, false, false]);
      expect((await threads.scan('c', false)).line).toBe('c');
    } finally {
      await threads.stop();
    }
  });

  it('pass on that a thread died, which is a fault of the program', async () => {
    const threads = threadsOf(2);
    try {
      await expect(threads.scan('dead', false)).rejects.toThrow(
        'a thread of the program ended before its work was done',
      );
      await expect(threads.scan('a', false)).rejects.toThrow('a thread of the program ended before its work was done');
    } finally {
      await threads.stop();
    }
  });
});
