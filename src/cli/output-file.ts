/**
 * Writes the output into the file that `--output` names, and never leaves half of it. It is written next to the file under a temporary
 * name, and replaces the file when it is complete; after an error the file is as before. There are two exceptions: a list that another run
 * began is continued in place, because each of its lines is complete; and what is not a file, such as a pipe or `/dev/null`, is written to
 * directly.
 */

import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../explained-error.js';
import { openFile } from '../io/file.js';
import { leadTo, whyNot } from './output.js';

/** `replace`: the old content of the file is replaced. `go on`: it stays, and the output is added after it. */
export type Mode = 'replace' | 'go on';

/**
 * Runs work whose output goes into the file; `-` is standard output. Throws UsageError if the file cannot be written, and what the work
 * throws.
 */
export async function writingTo<T>(path: string | undefined, work: () => T | Promise<T>, mode?: Mode): Promise<T> {
  if (path === undefined || path === '-') return await work();
  const file = openOutput(path, mode);
  try {
    const result = await work();
    file.keep();
    return result;
  } finally {
    file.leave();
  }
}

/** The same for synchronous work. */
export function intoFile(path: string, write: () => void): void {
  const file = openOutput(path);
  try {
    write();
    file.keep();
  } finally {
    file.leave();
  }
}

interface OutputFile {
  /** Puts the complete output in place. */
  keep(): void;
  /** Ends the writing; output that was not kept is deleted. */
  leave(): void;
}

function openOutput(path: string, mode: Mode = 'replace'): OutputFile {
  if (path === '') throw new UsageError('output-failed', '--output needs the name of a file', 'write -o page.txt');
  requireNoModel(path);
  return attempt(path, () => {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory()) throw cannot(path, whyNot('EISDIR'));
    const added = mode === 'go on' || path === process.env.GITHUB_STEP_SUMMARY;
    const inPlace = added || (status !== undefined && !status.isFile());
    return inPlace ? writeInPlace(path, added ? 'a' : 'w') : writeBeside(path, status);
  });
}

function writeInPlace(path: string, flags: string): OutputFile {
  const descriptor = openSync(path, flags);
  const back = leadTo(descriptor);
  return {
    keep: () => undefined,
    leave() {
      back();
      closeSync(descriptor);
    },
  };
}

/** Permissions for a new file, before the user's umask. */
const USUAL_MODE = 0o666;
const PERMISSIONS = 0o777;

function writeBeside(path: string, status: Stats | undefined): OutputFile {
  const target = ledTo(path);
  const beside = join(dirname(target), `.${basename(target).slice(0, MOST_OF_A_NAME)}.${process.pid}.part`);
  const descriptor = openSync(beside, 'wx', status === undefined ? USUAL_MODE : status.mode & PERMISSIONS);
  const back = leadTo(descriptor);
  let open = true;
  const discard = () => {
    if (!open) return;
    open = false;
    closeSync(descriptor);
    unlinkSync(beside);
  };
  // Also when a signal ends the process.
  process.once('exit', discard);
  return {
    keep: () =>
      attempt(path, () => {
        back();
        fsyncSync(descriptor);
        closeSync(descriptor);
        open = false;
        renameSync(beside, target);
      }),
    leave() {
      back();
      process.removeListener('exit', discard);
      discard();
    },
  };
}

/** Most links in a row, as in Linux. */
const MOST_LINKS = 40;

/** A link stays a link, even if its target does not exist yet: the target is replaced. */
function ledTo(path: string): string {
  let target = path;
  for (let step = 0; step < MOST_LINKS; step++) {
    if (!lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink()) break;
    target = resolve(realpathSync(dirname(target)), readlinkSync(target));
  }
  return target;
}

/** Names have at most 255 bytes, and some characters take four. */
const MOST_OF_A_NAME = 50;

function attempt<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw cannot(path, whyNot(code));
  }
}

function cannot(path: string, why: string): UsageError {
  return new UsageError('output-failed', `--output: ${path} cannot be written (${why})`);
}

/** Throws UsageError for a file that begins like a GGUF: a model is never overwritten. */
export function requireNoModel(path: string): void {
  if (!isModel(path)) return;
  const message = `--output: ${path} is a GGUF file, which is not overwritten`;
  throw new UsageError('output-failed', message, 'name another file');
}

function isModel(path: string): boolean {
  const start = Buffer.alloc(4);
  try {
    const file = openFile(path);
    try {
      file.readAt(start, 0, start.length, 0);
    } finally {
      file.close();
    }
  } catch {
    // A missing file will be created; an unreadable one gives an error when it is written.
  }
  return start.toString('latin1') === 'GGUF';
}
