/**
 * A command line as it is typed, with what a person sees of its output: standard output, then standard error, then the exit code. The
 * transcripts are files for reviewers; a test runs their first lines again and compares.
 */

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PROGRAM, PROJECT_FOLDER, plainEnvironment } from './run.js';

/** The width of pages unless the command line sets another. */
export const COLUMNS = '100';

/** A folder for the front of PATH, in which `gguf-explain` is the program of this project, run by the Node of the tests. */
export function folderWithProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
  const command = join(folder, 'gguf-explain');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  chmodSync(command, 0o755);
  return folder;
}

export interface Heard {
  stdout: string;
  stderr: string;
  code: number | string;
}

/** Runs a command line in a POSIX shell, in the folder of the project. */
export function runLine(line: string, programFolder: string): Promise<Heard> {
  const environment = plainEnvironment();
  const env = { ...environment, COLUMNS, PATH: `${programFolder}${delimiter}${environment.PATH}` };
  return new Promise((resolve) => {
    execFile('sh', ['-c', line], { cwd: PROJECT_FOLDER, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ stdout, stderr, code: error === null ? 0 : (error.code ?? error.signal ?? 'unknown') });
    });
  });
}

/** The whole text of a transcript. */
export function transcriptOf(line: string, { stdout, stderr, code }: Heard): string {
  const parts = [`$ ${line}\n`, visible(stdout)];
  if (stderr !== '') parts.push('(stderr)\n', visible(stderr));
  return `${parts.join('')}(exit code ${code})\n`;
}

/** The command line of a transcript: its first line without the prompt. */
export function lineOf(transcript: string): string {
  return (transcript.split('\n', 1)[0] as string).replace(/^\$ /, '');
}

/** Shows control characters as their symbols (␛, ␍), so that a transcript is plain text. Line ends are kept. */
export function visible(text: string): string {
  return text.replace(/[\0-\x09\x0b-\x1f\x7f]/g, (control) =>
    control === '\x7f' ? '␡' : String.fromCodePoint(0x2400 + control.charCodeAt(0)),
  );
}
