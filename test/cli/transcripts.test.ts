/**
 * The transcripts: the program's output for each command line of transcripts/*.txt. Lines with only the program and its words run in one
 * process, because most of their time would be the start of a process; the others run in a shell. After an intended change,
 * `UPDATE_TRANSCRIPTS=1 npm test` rewrites them; to add one, create a file with only its line `$ gguf-explain …`.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { runAll } from './batch.js';
import { PROJECT_FOLDER, plainEnvironment } from './run.js';
import { COLUMNS, folderWithProgram, type Heard, lineOf, runLine, transcriptOf } from './transcript.js';

const FOLDER = fileURLToPath(new URL('transcripts/', import.meta.url));
const UPDATE = process.env.UPDATE_TRANSCRIPTS === '1';

const names = readdirSync(FOLDER).sort();

/** Variables and the program with its words: nothing that the shell opens, connects or computes, no standard input. */
const PLAIN_LINE = /^((?:[A-Z_]+=\w+ )*)gguf-explain(?! .* - | - )((?: [^|<>;&$`\\]*)?(?<! -))$/;

/** What is heard of the plain lines, run in one process. */
function heardOfPlain(lines: readonly string[]): Map<string, Heard> {
  const parts = lines.flatMap((line) => {
    const [, variables, words] = PLAIN_LINE.exec(line) ?? [];
    return variables === undefined || words === undefined ? [] : [{ line, variables, words }];
  });
  // The shell reads the quotes.
  const script = `split() { printf '%s\\0' "$#" "$@"; }\n${parts.map(({ words }) => `split${words}\n`).join('')}`;
  const env = plainEnvironment();
  const split = execFileSync('sh', { cwd: PROJECT_FOLDER, env, input: script, encoding: 'utf8' }).split('\0').values();
  const jobs = parts.map(({ variables }) => ({
    args: Array.from({ length: Number(split.next().value) }, () => String(split.next().value)),
    env: {
      COLUMNS,
      ...Object.fromEntries([...variables.matchAll(/(\w+)=(\w+)/g)].map(([, name, value]) => [name, value])),
    },
  }));
  const outcomes = runAll(jobs);
  return new Map(parts.map(({ line }, at) => [line, outcomes[at] as Heard]));
}

describe.skipIf(process.platform === 'win32').concurrent('the transcript', () => {
  const programFolder = folderWithProgram();
  let plain: Map<string, Heard>;
  beforeAll(() => {
    plain = heardOfPlain(names.map((name) => lineOf(readFileSync(join(FOLDER, name), 'utf8'))));
    expect(plain.size).toBeGreaterThan(names.length * 0.9);
  });
  afterAll(() => rmSync(programFolder, { recursive: true }));

  it.each(names)('%s', async (name) => {
    const path = join(FOLDER, name);
    const kept = readFileSync(path, 'utf8');
    const line = lineOf(kept);
    const now = transcriptOf(line, plain.get(line) ?? (await runLine(line, programFolder)));
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
