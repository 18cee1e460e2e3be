/** Turns one target of `scan` into its line. A problem of the input is part of the line; a fault of the program is thrown. */

import { basename } from 'node:path';
import { judgeFiles } from '../../checks/judge-set.js';
import { judge } from '../../checks/registry.js';
import { blamesInput } from '../../explained-error.js';
import type { Finding } from '../../gguf/finding.js';
import { locateFound } from '../../locate/locate.js';
import { LocateError } from '../../locate/locate-error.js';
import type { Found, HeadersFor } from '../../locate/location.js';
import type { Model } from '../../model/model.js';
import { openModel } from '../../open/open-model.js';
import { scannedModel, unreadableModel } from '../../report/scan-report.js';
import type { ScanLine, UnreadableModel } from '../../report/scan-schema.js';
import { isRemote, remoteFileName } from '../../words/remote-names.js';
import { errorEntry } from '../error-entry.js';

/** The question for each model. */
export interface ScanQuestion {
  contextLengths: readonly number[];
  /** Milliseconds for one model. */
  timeLimit: number;
}

/** `found` is for a path that was found in a folder or a list, and was not named by the user. */
export async function scanModel(
  target: string,
  found: boolean,
  question: ScanQuestion,
  headers: HeadersFor,
): Promise<ScanLine> {
  const { timeLimit } = question;
  return await withinTime(
    timeLimit,
    (signal) => scanUnlimited(target, found, question, { headers, signal }),
    () => overdueModel(target, timeLimit),
  );
}

async function scanUnlimited(
  target: string,
  found: boolean,
  { contextLengths }: ScanQuestion,
  asking: { headers: HeadersFor; signal: AbortSignal },
): Promise<ScanLine> {
  const begun = performance.now();
  try {
    const { model, location } = await openModel(found ? locateFound(target) : target, asking);
    const read = performance.now();
    const findings = judged(model, nameOf(target, location));
    const milliseconds = { read: rounded(read - begun), judge: rounded(performance.now() - read) };
    return scannedModel({ target, model, findings, contextLengths, milliseconds });
  } catch (error) {
    // After an abort no caller waits for the result, so any error is fine.
    const expected = asking.signal.aborted || blamesInput(error);
    if (!expected) throw error;
    return unreadableModel(target, errorEntry(error), rounded(performance.now() - begun));
  }
}

function judged(model: Model, fileName: string | null): Finding[] {
  const { set } = model.file;
  if (set !== undefined) return judgeFiles(set, judge);
  return judge(model, { fileName, neighbors: [], looked: false });
}

function nameOf(target: string, { path }: Found): string | null {
  if (path !== null) return basename(path);
  return isRemote(target) ? remoteFileName(target) : null;
}

/** Rounds to hundredths. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}

/** The line for a model that took longer than the limit. */
export function overdueModel(target: string, limit: number): UnreadableModel {
  const seconds = limit / 1000;
  const message = `it was not read and judged within ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  const hint = '--time-limit sets the seconds for one model';
  return unreadableModel(target, errorEntry(new LocateError('time-limit', target, message, hint)), limit);
}

/**
 * The result of `work` or, after `limit` milliseconds, of `late`: then `work` is asked to stop, and is not waited for. Work that never
 * yields cannot be stopped this way, only by ending its thread.
 */
async function withinTime<T>(limit: number, work: (signal: AbortSignal) => Promise<T>, late: () => T): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<T>((resolve) => {
    timer = setTimeout(() => {
      resolve(late());
      controller.abort();
    }, limit);
  });
  try {
    return await Promise.race([work(controller.signal), end]);
  } finally {
    clearTimeout(timer);
  }
}
