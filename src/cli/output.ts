/**
 * The only way out of the program: all text for people, scripts and logs leaves through here, and what it may not hold is escaped here, so
 * that no renderer, error or progress display can forget it. Text for people leaves as single lines (render/lines.ts), JSON as JSON, other
 * formats as documents that escape the line breaks of names themselves; `writeUnchanged` is for bytes that a script asked for.
 *
 * Writing goes straight to the descriptor: Node's own stream for standard output takes longer to set up than a header takes to read. A
 * reader that has gone away (`| head`) is success, not an error.
 */

import { writeSync } from 'node:fs';
import { UsageError } from '../explained-error.js';
import type { Lines } from '../render/lines.js';
import { printableAnnotation, printableDocument, printableLine, sanitizeJson } from '../render/sanitize.js';
import { shortenMiddle } from '../words/shorten.js';

/** The other end of the pipe is closed: nothing more can be said, and nothing is wrong. */
export class ClosedPipe extends Error {
  override readonly name = 'ClosedPipe';
}

const STDOUT = 1;
const STDERR = 2;

/** Characters gathered before they are written. */
const WRITE_AT_ONCE = 65_536;

/** Characters of a line on standard error: a name in it may be of any length. */
const MOST_OF_A_TOLD_LINE = 1500;

/** Writes a page. All functions that write throw ClosedPipe where nobody reads any more, and UsageError where the place takes no more. */
export function writeLines(lines: Lines): void {
  writeGathered(lines, (line) => `${printableLine(line)}\n`);
}

/** Writes JSON, or lines of JSON, that `JSON.stringify` made: what must not be printed stands in it as escapes of JSON. */
export function writeJson(pieces: Lines): void {
  writeGathered(pieces, sanitizeJson);
}

/** Writes text of another format with its own line breaks, in pieces that end where a line ends. */
export function writeDocument(pieces: Lines): void {
  writeGathered(pieces, printableDocument);
}

/** Writes lines that are commands to the runner of GitHub Actions. They hold names only where `githubAnnotations` escaped them. */
export function writeAnnotations(lines: Lines): void {
  writeGathered(lines, (line) => `${printableAnnotation(line)}\n`);
}

/** Where the product goes at the moment. */
let place = STDOUT;

/** Leads the product to a descriptor, until what this gives is called. What was printed before is not of that product. */
export function leadTo(descriptor: number): () => void {
  const before = { place, written };
  place = descriptor;
  written = false;
  return () => {
    if (place === descriptor) ({ place, written } = before);
  };
}

/** The descriptor that the product goes to. */
export function outputDescriptor(): number {
  return place;
}

let written = false;

/** Whether any of the product has been written. */
export function hasWritten(): boolean {
  return written;
}

/** Writes what a script asked for, byte by byte: numbers of a tensor, or one value of the metadata. Never to a terminal. */
export function writeUnchanged(content: string | Uint8Array): void {
  if (content.length > 0) written = true;
  writeAll(place, typeof content === 'string' ? Buffer.from(content) : content);
}

/** Tells on standard error what is not the product: errors and notes. */
export function tellLines(lines: Lines): void {
  let text = '';
  for (const line of lines) text += `${shortenMiddle(printableLine(line), MOST_OF_A_TOLD_LINE)}\n`;
  tell(text);
}

/** Replaces the line that a terminal shows on standard error by this one. */
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
      // The parent made the pipe non-blocking and it is full: sleep a little and offer the rest again.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** The error of an output that takes nothing more, by the system's code. */
export const outputFailed = (code: string | undefined) =>
  new UsageError('output-failed', `the output cannot be written (${whyNot(code)})`);

/** Why a system writes nothing, for people; `code` where it is a rare reason. */
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

/** A reader that has gone away; Windows calls it the end of the file. */
export function saysClosedPipe(code: string | undefined): boolean {
  return code === 'EPIPE' || code === 'EOF';
}

/**
 * Node's stream for a console of Windows, which takes UTF-8 and writes at once; a descriptor would show bytes in the letters of the
 * console's code page. Undefined for every other place and on every other system.
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
