/**
 * The transcripts: the program's output for each command line of transcripts/*.txt. After an intended change, `UPDATE_TRANSCRIPTS=1 npm
 * test` rewrites them; to add one, create a file with only its line `$ gguf-explain …`.
 */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { folderWithProgram, lineOf, runLine, transcriptOf } from './transcript.js';

const FOLDER = fileURLToPath(new URL('transcripts/', import.meta.url));
const UPDATE = process.env.UPDATE_TRANSCRIPTS === '1';

const names = readdirSync(FOLDER).sort();

describe.skipIf(process.platform === 'win32').concurrent('the transcript', () => {
  const programFolder = folderWithProgram();
  afterAll(() => rmSync(programFolder, { recursive: true }));

  it.each(names)('%s', async (name) => {
    const path = join(FOLDER, name);
    const kept = readFileSync(path, 'utf8');
    const line = lineOf(kept);
    const now = transcriptOf(line, await runLine(line, programFolder));
    if (UPDATE && now !== kept) writeFileSync(path, now);
    expect(UPDATE ? readFileSync(path, 'utf8') : kept).toBe(now);
  });
});

describe('the transcripts', () => {
  const lines = names.map((name) => lineOf(readFileSync(join(FOLDER, name), 'utf8')));

  it('are of different command lines', () => {
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('keep to the width, but for commands and digests, which are copied whole', () => {
    const wide = names.flatMap((name) => {
      const [line = '', ...printed] = readFileSync(join(FOLDER, name), 'utf8').split('\n');
      const width = Number(/^\$ COLUMNS=(\d+) /.exec(line)?.[1] ?? Number.NaN);
      // Narrower pages are laid out for the least width.
      if (!(width >= 60)) return [];
      const copied = /^ *(?:gguf-explain[ :]|llama-server |-\w+ )|\b[\da-f]{64}\b/;
      return printed.filter((text) => text.length > width && !copied.test(text)).map((text) => `${name}: ${text}`);
    });
    expect(wide).toEqual([]);
  });

  it('show every command, and its help', () => {
    const missing = COMMANDS.flatMap(({ name }) => [
      ...(lines.some((line) => new RegExp(`gguf-explain (help ${name}|${name} (-h|--help))$`).test(line))
        ? []
        : [`help ${name}`]),
      ...(lines.some((line) => new RegExp(`gguf-explain ${name}(?! (-h|--help))( |$)`).test(line)) ? [] : [name]),
    ]);
    expect(missing).toEqual([]);
  });
});
