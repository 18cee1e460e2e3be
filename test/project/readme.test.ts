/**
 * What README.md shows is what the program prints. After a change that was meant, `UPDATE_README=1 npm test` writes the outputs
 * anew.
 */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { PROJECT_FOLDER } from '../cli/run.js';
import { folderWithProgram, runLine, visible } from '../cli/transcript.js';
import { agrees, shownIn, withOutputs } from './readme-blocks.js';

const PATH = join(PROJECT_FOLDER, 'README.md');
const UPDATE = process.env.UPDATE_README === '1';

/** The table of the commands, with its head. */
const TABLE = /^\| command \| what it is for \|\n(?:\|.*\n)+/m;

function commandTable(): string {
  const rows = COMMANDS.map(({ name, summary }) => `| \`${name}\` | ${summary} |\n`);
  return `| command | what it is for |\n| --- | --- |\n${rows.join('')}`;
}

describe('README.md', () => {
  const programFolder = folderWithProgram();
  afterAll(() => rmSync(programFolder, { recursive: true }));
  const page = readFileSync(PATH, 'utf8');
  const lines = shownIn(page).map(({ line }) => line);
  const real = new Map<string, string[]>();

  beforeAll(async () => {
    for (const line of lines) {
      const { stdout, stderr } = await runLine(line, programFolder);
      real.set(
        line,
        visible(stdout + stderr)
          .replace(/\n$/, '')
          .split('\n'),
      );
    }
    if (UPDATE) writeFileSync(PATH, withOutputs(page, (line) => real.get(line) ?? []).replace(TABLE, commandTable));
  }, 60_000);

  it('shows what the program prints', () => {
    const shown = shownIn(readFileSync(PATH, 'utf8'));
    expect(shown.map(({ line }) => line)).toEqual(lines);
    for (const { line, output } of shown) {
      if (!agrees(output, real.get(line) ?? [])) expect(output, line).toEqual(real.get(line));
    }
  });

  it('tells of every command, as the help does', () => {
    expect(readFileSync(PATH, 'utf8')).toContain(commandTable());
  });

  it('has every command in its text', () => {
    const text = page.replace(TABLE, '');
    const missing = COMMANDS.filter(({ name }) => !new RegExp(`gguf-explain ${name}\\b`).test(text));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('has its two commands on one line each', () => {
    const commands = [...page.matchAll(/^```sh\n(.*)\n```$/gm)].map(([, line]) => line);
    expect(commands).toEqual(
      expect.arrayContaining([expect.stringContaining('gguf-explain'), expect.stringMatching(/npm (run )?test/)]),
    );
  });
});

describe('an output with parts left out', () => {
  const real = ['a', 'b', 'c', 'd', 'e'];

  it.each([
    { output: ['a', 'b', 'c', 'd', 'e'], is: true },
    { output: ['a', '…', 'e'], is: true },
    { output: ['a', '…'], is: true },
    { output: ['…', 'd', 'e'], is: true },
    { output: ['…', 'c', '…'], is: true },
    { output: ['a', '…', 'c', 'd', '…', 'e'], is: true },
    { output: ['a', 'b', 'c'], is: false },
    { output: ['b', '…', 'e'], is: false },
    { output: ['a', '…', 'd'], is: false },
    { output: ['a', '…', 'd', 'c', '…'], is: false },
    { output: ['a', 'b', 'c', '…', 'c', 'd', 'e'], is: false },
    { output: [], is: false },
  ])('$output agrees: $is', ({ output, is }) => {
    expect(agrees(output, real)).toBe(is);
  });

  it('is renewed with as much left out as before', () => {
    const page = '```console\n$ gguf-explain x\na\n…\nc\nold\n…\nold\n```\ntext\n```text\n$ gguf-explain y\n```\n';
    expect(withOutputs(page, () => real)).toBe(
      '```console\n$ gguf-explain x\na\n…\nc\nd\n…\ne\n```\ntext\n```text\n$ gguf-explain y\na\nb\nc\nd\ne\n```\n',
    );
  });
});
