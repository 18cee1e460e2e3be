/**
 * The product in a file, where `--output` names one: never half of it. It is written beside the file under a name of its own and takes the
 * file's place when it is whole; what goes wrong before that leaves the file as it was. Only a list that another run began is gone on with
 * in place, as each of its lines is whole by itself; and what is no file, such as a pipe or `/dev/null`, is written to as it is.
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

/** `replace`: what stands in the file goes. `go on`: it stays, and what is written comes after it. */
export type Mode = 'replace' | 'go on';

/** Does work whose output goes into the file; `-` is standard output. Throws UsageError where the file cannot be written, and what the work throws. */
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

/** The same for work that waits for nothing. */
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
  /** Puts what was written in its place. */
  keep(): void;
  /** Ends the writing; what was not kept is gone. */
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

/** Permissions that a new file may have; the user's mask takes some of them. */
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
  // Also where a signal ends the process.
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

/** Links that lead to one another at most, as in Linux. */
const MOST_LINKS = 40;

/** A link stays one, also where there is nothing yet at its end: what it leads to is replaced. */
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

/** Throws UsageError for a file that begins as a GGUF does: a model is never overwritten. */
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
    // What is not there is made, and what cannot be read is told when it is written.
  }
  return start.toString('latin1') === 'GGUF';
}
