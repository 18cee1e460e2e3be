/** What a former run of `scan` has done, from its lines. The last line may be incomplete. */

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, ftruncateSync, readSync, statSync } from 'node:fs';
import { isExplained, UsageError } from '../../explained-error.js';
import { openRegularFile } from '../../io/file.js';
import { lines } from '../../io/lines.js';
import { fileChunks } from '../../io/open-file.js';
import { systemError } from '../../locate/locate-error.js';
import { formatInteger } from '../../words/format-quantity.js';
import { withoutSignature } from '../../words/without-secrets.js';
import { outputDescriptor } from '../output.js';

/** Errors that may be gone the next time: targets with these are tried again. */
const PASSING = [
  ...['connection-lost', 'stalled', 'server-error', 'too-many-requests', 'host-unreachable', 'host-not-found'],
  ...['changed-meanwhile', 'time-limit'],
];

export interface FormerRun {
  has(target: string): boolean;
}

/** Most bytes of a line that a scan writes; a longer line is not from a scan. */
const MOST_LINE_BYTES = 32 * 1024 * 1024;

/** Most targets that are remembered; they take about 500 MB. */
const MOST_TARGETS = 10_000_000;

/** For a file that does not exist yet, nothing is done. Throws LocateError if it cannot be read, UsageError if it has too many targets. */
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
  return new UsageError('too-many-targets', `${path}: it has more than ${formatInteger(MOST_TARGETS)} targets`, hint);
}

/**
 * If the output goes on in the file of a former run, handles its incomplete last line: the line is cut off, and its target is done again.
 * If only the line break is missing, the line stays, and the result is `unended`; also if it cannot be cut off.
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
    // Another part of the scan may be writing to the same file: nothing that it has added may be lost.
    if (fstatSync(descriptor).size !== file.size) return 'unended';
    ftruncateSync(descriptor, start);
    return 'whole';
  } catch {
    return 'unended';
  }
}

/** The text after the last line break and where it begins; the text is null if it is longer than a line can be. */
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
