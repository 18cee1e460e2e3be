/** What the user typed → where the bytes are. A path is a file; a folder stands for the one model in it; `-` is standard input. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type Location =
  | { kind: 'file'; name: string; path: string }
  /** Bytes that can be read only once and in order: standard input, a named pipe. */
  | { kind: 'stream'; name: string; path: string | null };

export type LocateErrorCode = 'file-not-found' | 'not-readable' | 'no-models' | 'several-models';

/** What was typed leads to no single model. The message says why in one sentence. */
export class LocateError extends Error {
  override readonly name = 'LocateError';
  readonly code: LocateErrorCode;
  readonly target: string;
  readonly hint: string | undefined;

  constructor(code: LocateErrorCode, target: string, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.target = target;
    this.hint = hint;
  }
}

/** Models that an error message lists at most. */
const MOST_LISTED = 8;

/** Throws LocateError where there is nothing to read, or more than one thing. */
export function locate(target: string): Location {
  if (target === '-') return { kind: 'stream', name: '-', path: null };
  const status = statOf(target);
  if (status.isDirectory()) return { kind: 'file', name: target, path: onlyModelIn(target) };
  return { kind: status.isFile() ? 'file' : 'stream', name: target, path: target };
}

function statOf(path: string): ReturnType<typeof statSync> & object {
  try {
    return statSync(path) as ReturnType<typeof statSync> & object;
  } catch (error) {
    throw systemError(path, error);
  }
}

/** A system error as a sentence; also for reads that fail later. */
export function systemError(path: string, error: unknown): LocateError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LocateError('file-not-found', path, 'there is no such file');
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new LocateError('not-readable', path, 'this user may not read it');
  }
  return new LocateError('not-readable', path, `it cannot be read (${code ?? (error as Error).message})`);
}

function onlyModelIn(folder: string): string {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.toLowerCase().endsWith('.gguf'));
  } catch (error) {
    throw systemError(folder, error);
  }
  const [first] = names.sort();
  if (first === undefined) throw new LocateError('no-models', folder, 'the folder holds no .gguf file');
  if (names.length > 1) {
    const listed = names.slice(0, MOST_LISTED).join(', ');
    const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : '';
    const message = `the folder holds ${names.length} .gguf files`;
    throw new LocateError('several-models', folder, message, `name one of them: ${listed}${more}`);
  }
  return join(folder, first);
}
