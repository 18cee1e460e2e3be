/**
 * The only place where output is written: all text for people, scripts and logs goes through here and is escaped here, so that no renderer,
 * error or progress display can forget it. Text for people is written as single lines (render/lines.ts), JSON as JSON; other formats are
 * documents that escape the line breaks of names themselves; `writeUnchanged` is for bytes that a script asked for.
 *
 * Writes directly to the descriptor: setting up Node's stream for standard output takes longer than reading a header. If the reader closes
 * the pipe (`| head`), that is success, not an error.
 */

import { writeSync } from 'node:fs';
import { UsageError } from '../explained-error.js';
import type { Lines } from '../render/lines.js';
import { printableAnnotation, printableDocument, printableLine, sanitizeJson } from '../render/sanitize.js';
import { shortenMiddle } from '../words/shorten.js';

/** The other end of the pipe is closed: nothing more can be written, and this is not an error. */
export class ClosedPipe extends Error {
  override readonly name = 'ClosedPipe';
}

const STDOUT = 1;
const STDERR = 2;

/** Characters that are collected before they are written. */
const WRITE_AT_ONCE = 65_536;

/** Most characters of a line on standard error: a name in it may be very long. */
const MOST_OF_A_TOLD_LINE = 1500;

/**
 * Writes a page. Like all functions here that write, it throws ClosedPipe if the reader has closed the output, and UsageError if the output
 * cannot be written.
 */
export function writeLines(lines: Lines): void {
  writeGathered(lines, (line) => `${printableLine(line)}\n`);
}

/** Writes JSON, or lines of JSON, made by `JSON.stringify`: what must not be printed is in it as JSON escapes. */
export function writeJson(pieces: Lines): void {
  writeGathered(pieces, sanitizeJson);
}

/** Writes text in another format with its own line breaks. Each piece ends at the end of a line. */
export function writeDocument(pieces: Lines): void {
  writeGathered(pieces, printableDocument);
}

/** Writes lines that are commands for the runner of GitHub Actions. `githubAnnotations` has escaped the names in them. */
export function writeAnnotations(lines: Lines): void {
  writeGathered(lines, (line) => `${printableAnnotation(line)}\n`);
}

/** Where the output goes at the moment. */
let place = STDOUT;

/** Sends the output to a descriptor, until the returned function is called. For `hasWritten`, what was printed before does not count. */
export function leadTo(descriptor: number): () => void {
  const before = { place, written };
  place = descriptor;
  written = false;
  return () => {
    if (place === descriptor) ({ place, written } = before);
  };
}

/** The descriptor that the output goes to. */
export function outputDescriptor(): number {
  return place;
}

let written = false;

/** Whether any of the output has been written. */
export function hasWritten(): boolean {
  return written;
}

/** Writes what a script asked for, byte for byte: numbers of a tensor, or one value of the metadata. Never to a terminal. */
export function writeUnchanged(content: string | Uint8Array): void {
  if (content.length > 0) written = true;
  writeAll(place, typeof content === 'string' ? Buffer.from(content) : content);
}

/** Writes lines to standard error that are not part of the output: errors and notes. */
export function tellLines(lines: Lines): void {
  let text = '';
  for (const line of lines) text += `${shortenMiddle(printableLine(line), MOST_OF_A_TOLD_LINE)}\n`;
  tell(text);
}

/** Replaces the status line that a terminal shows on standard error. */
export function tellStatus(line: string): void {
  tell(`\r${shortenMiddle(printableLine(line), MOST_OF_A_TOLD_LINE)}\u001b[K`);
}

function tell(text: string): void {
  try {
    writeAll(STDERR, Buffer.from(text));
  } catch (error) {
    if (!(error instanceof ClosedPipe)) throw error;
  }
}

function writeGathered(pieces: Lines, form: (piece: string) => string): void {
  let gathered = '';
  for (const piece of pieces) {
    gathered += form(piece);
    if (gathered.length < WRITE_AT_ONCE) continue;
    writeUnchanged(gathered);
    gathered = '';
  }
  if (gathered !== '') writeUnchanged(gathered);
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  const screen = windowsConsole(descriptor);
  if (screen !== undefined) return void screen.write(bytes);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (saysClosedPipe(code)) throw new ClosedPipe();
      if (code !== 'EAGAIN') throw outputFailed(code);
      // The parent process made the pipe non-blocking and it is full: wait a little and try the rest again.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** The error for an output that cannot be written, by the system's error code. */
export const outputFailed = (code: string | undefined) =>
  new UsageError('output-failed', `the output cannot be written (${whyNot(code)})`);

/** Why the system cannot write, in words; the code itself for a rare reason. */
export function whyNot(code: string | undefined): string {
  return REASONS[code ?? ''] ?? String(code);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this user is used up',
  EFBIG: 'the file would be too large',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk is read-only',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long',
};

/** The reader has closed the pipe; Windows reports this as the end of the file. */
export function saysClosedPipe(code: string | undefined): boolean {
  return code === 'EPIPE' || code === 'EOF';
}

/**
 * Node's stream for a Windows console: it takes UTF-8 and writes at once, whereas a descriptor would show the bytes in the console's code
 * page. Undefined for every other output and on every other system.
 */
export function windowsConsole(
  descriptor: number,
  platform: NodeJS.Platform = process.platform,
  isTerminal = isWindowsTerminal,
): NodeJS.WriteStream | undefined {
  if (platform !== 'win32' || (descriptor !== STDOUT && descriptor !== STDERR) || !isTerminal(descriptor)) {
    return undefined;
  }
  return descriptor === STDOUT ? process.stdout : process.stderr;
}

function isWindowsTerminal(descriptor: number): boolean {
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}
