/** What a former run of `scan` has done: its lines, of which the last one may have been cut off in the middle. */

import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { systemError } from '../../locate/locate-error.js';
import { lines } from './targets.js';

/** Errors that may be gone the next time: these targets are tried again. */
const PASSING = [
  ...['connection-lost', 'stalled', 'server-error', 'too-many-requests', 'host-unreachable', 'host-not-found'],
  ...['changed-meanwhile', 'time-limit'],
];

export interface FormerRun {
  has(target: string): boolean;
}

/** A file that does not exist yet has done nothing. Throws LocateError where it cannot be read. */
export async function readFormerRun(path: string): Promise<FormerRun> {
  // Only a digest of each target is kept: runs may have millions of lines.
  const done = new Set<number>();
  try {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return { has: () => false };
    for await (const line of lines(createReadStream(path), '\n')) {
      const target = targetOf(line);
      if (target !== undefined) done.add(keyOf(target));
    }
  } catch (error) {
    throw systemError(path, error);
  }
  return { has: (target) => done.has(keyOf(target)) };
}

/** Whether standard output goes on with this file, behind a line that was cut off. */
export function continuesCutLine(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  const output = fstatSync(1);
  if (file === undefined || file.size === 0 || file.ino !== output.ino || file.dev !== output.dev) return false;
  const descriptor = openSync(path, 'r');
  try {
    const last = Buffer.alloc(1);
    readSync(descriptor, last, 0, 1, file.size - 1);
    return last.toString('latin1') !== '\n';
  } finally {
    closeSync(descriptor);
  }
}

function targetOf(line: string): string | undefined {
  try {
    const { target, verdict, error } = JSON.parse(line) as {
      target?: unknown;
      verdict?: unknown;
      error?: { code?: unknown };
    };
    if (typeof target !== 'string' || typeof verdict !== 'string') return undefined;
    return PASSING.includes(String(error?.code)) ? undefined : target;
  } catch {
    return undefined;
  }
}

function keyOf(target: string): number {
  return createHash('sha256').update(target).digest().readUIntBE(0, 6);
}
