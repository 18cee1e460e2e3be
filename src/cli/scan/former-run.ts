/** What a former run of `scan` has done: its lines, of which the last one may have been cut off in the middle. */

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, ftruncateSync, readSync, statSync } from 'node:fs';
import { isExplained, UsageError } from '../../explained-error.js';
import { openRegularFile } from '../../io/file.js';
import { lines } from '../../io/lines.js';
import { fileChunks } from '../../io/open-file.js';
import { systemError } from '../../locate/locate-error.js';
import { withoutSignature } from '../../words/without-secrets.js';
import { outputDescriptor } from '../output.js';

/** Errors that may be gone the next time: these targets are tried again. */
const PASSING = [
  ...['connection-lost', 'stalled', 'server-error', 'too-many-requests', 'host-unreachable', 'host-not-found'],
  ...['changed-meanwhile', 'time-limit'],
];

export interface FormerRun {
  has(target: string): boolean;
}

/** Bytes of a line that a scan may have written; a longer one is not of a scan. */
const MOST_LINE_BYTES = 32 * 1024 * 1024;

/** Targets that are remembered, in some 500 MB. */
const MOST_TARGETS = 10_000_000;

/** A file that does not exist yet has done nothing. Throws LocateError where it cannot be read, UsageError where it is too long. */
export async function readFormerRun(path: string): Promise<FormerRun> {
  // Only a digest of each target is kept: runs may have millions of lines.
  const done = new Set<number>();
  try {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return { has: () => false };
    for await (const line of lines(fileChunks(path), { end: '\n', most: MOST_LINE_BYTES, passOver: true })) {
      const target = targetOf(line);
      if (target !== undefined) done.add(keyOf(target));
      if (done.size > MOST_TARGETS) throw tooLong(path);
    }
  } catch (error) {
    throw isExplained(error) ? error : systemError(path, error);
  }
  return { has: (target) => done.has(keyOf(target)) };
}

function tooLong(path: string): UsageError {
  const hint = 'scan in parts (--shard 1/4), each into its own file';
  return new UsageError('too-many-targets', `${path}: it has more than ${MOST_TARGETS} targets`, hint);
}

/**
 * Takes care of a last line that a former run began and did not end, where the output goes on with the same file: the line is
 * cut off, and its target is done again. A line that lacks nothing but its end stays, and is `unended`. So it is where it cannot
 * be cut off.
 */
export function endTornLine(path: string): 'unended' | 'whole' {
  const file = statSync(path, { throwIfNoEntry: false });
  const descriptor = outputDescriptor();
  const output = fstatSync(descriptor);
  if (file?.isFile() !== true || file.ino !== output.ino || file.dev !== output.dev) return 'whole';
  const { start, text } = lastLine(path, file.size);
  if (start === file.size) return 'whole';
  if (text !== null && targetOf(text) !== undefined) return 'unended';
  try {
    // Another part of the scan may go on with the file too: nothing that it has written meanwhile may be lost.
    if (fstatSync(descriptor).size !== file.size) return 'unended';
    ftruncateSync(descriptor, start);
    return 'whole';
  } catch {
    return 'unended';
  }
}

/** What stands after the last line break: its place, and its text where it is not longer than a line can be. */
function lastLine(path: string, size: number): { start: number; text: string | null } {
  const descriptor = openRegularFile(path);
  try {
    let start = size;
    let found = false;
    while (start > 0 && !found) {
      const piece = bytesAt(descriptor, Math.max(0, start - PIECE_BYTES), start);
      const at = piece.lastIndexOf('\n');
      found = at !== -1;
      start -= found ? piece.length - at - 1 : piece.length;
    }
    const text = size - start > MOST_LINE_BYTES ? null : bytesAt(descriptor, start, size).toString();
    return { start, text };
  } finally {
    closeSync(descriptor);
  }
}

const PIECE_BYTES = 64 * 1024;

function bytesAt(descriptor: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from));
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
  return createHash('sha256').update(withoutSignature(target)).digest().readUIntBE(0, 6);
}
