/**
 * How much memory the program takes at most: every command in every form of output, on the largest headers that the reader takes. The commands and
 * the forms are the program's own, so that a new one is measured too.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { makeProgram } from '../../src/cli/program.js';
import { LARGEST_HEADERS } from '../support/largest-headers.js';
import { PROGRAM, PROJECT_FOLDER, plainEnvironment } from './run.js';

const MEBIBYTE = 1024 * 1024;

/** Of the whole process, of which Node takes some 45 MiB before it has read a byte. */
const MOST_BYTES = 200 * MEBIBYTE;

const OBSERVER = join(PROJECT_FOLDER, 'test', 'bench', 'observe.cjs');

/** The commands that tell what is wrong with a file. */
const FINDING = ['check', 'scan'];

/** Forms in which a finding is told: they are measured where there are most findings, `json` where the names are worst. */
const isFormOfFindings = ([name, ...words]: readonly string[]) =>
  FINDING.includes(name as string) && !words.includes('json') && !words.includes('--data');

type HeaderName = keyof typeof LARGEST_HEADERS;

/** What each command is given: a model, another one of the same kind, and a folder with both. */
interface Files {
  one: string;
  other: string;
  folder: string;
}

/** The words of each command: the first are run once for each form of its output, the others in one form. Each run takes a second or more. */
const WORDS: Readonly<Record<string, (files: Files) => string[][]>> = {
  explain: ({ one }) => [[one]],
  tensors: ({ one }) => [
    [one, '--no-fold', '--sort', 'name'],
    [one, '--stats'],
  ],
  tensor: ({ one }) => [[one, '*']],
  metadata: ({ one }) => [[one, '--full']],
  token: ({ one }) => [[one, '1', '--id']],
  memory: ({ one }) => [[one]],
  sizes: ({ one }) => [[one, '--all']],
  attention: ({ one }) => [[one, '--tokens', '1,2']],
  flow: ({ one }) => [[one]],
  learn: ({ one }) => [['attention', one]],
  check: ({ one }) => [[one], [one, '--data']],
  diff: ({ one, other }) => [[one, other, '--values']],
  hash: ({ one }) => [[one]],
  scan: ({ one }) => [[one]],
  list: ({ folder }) => [[folder]],
  schema: () => [[]],
  completion: () => [['bash']],
  // Its tools do the work of the commands above; without a message it only starts.
  mcp: () => [[]],
};

/** Forms that an option by itself stands for. */
const FORMS = ['--json', '--ndjson', '--csv'];

/** The options of each form of output of a command. */
function formsOf({ options }: Command): string[][] {
  const choices = options.find(({ long }) => long === '--format')?.argChoices ?? [];
  const named = choices.filter((choice) => choice !== 'text').map((choice) => ['--format', choice]);
  const single = options.flatMap(({ long }) => (long && FORMS.includes(long) && choices.length === 0 ? [[long]] : []));
  return [[], ...named, ...single];
}

function runsOf(command: Command, files: Files): string[][] {
  const [first = [], ...others] = WORDS[command.name()]?.(files) ?? [];
  return [...formsOf(command).map((form) => [...first, ...form]), ...others].map((words) => [command.name(), ...words]);
}

let folder = '';
const files: Partial<Record<HeaderName, Files>> = {};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'largest-'));
  for (const [name, write] of Object.entries(LARGEST_HEADERS)) {
    const own = join(folder, name);
    mkdirSync(own);
    const [one, other] = [1, 2].map((seed) => {
      const path = join(own, `${seed}.gguf`);
      writeFileSync(path, write(seed));
      return path;
    }) as [string, string];
    files[name as HeaderName] = { one, other, folder: own };
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the largest header', () => {
  it('is known for every command', () => {
    const names = makeProgram(COMMANDS).commands.map((command) => command.name());
    expect(Object.keys(WORDS).sort()).toEqual(names.sort());
  });

  it.each([
    ['strange-names', (words: readonly string[]) => !isFormOfFindings(words)],
    ['faults', isFormOfFindings],
  ] as const)(
    'with %s takes less than 200 MiB',
    async (name, isWanted) => {
      const runs = makeProgram(COMMANDS)
        .commands.flatMap((command) => runsOf(command, files[name] as Files))
        .filter(isWanted);
      const measured: { args: string; mebibytes: number; stderr: string; code: number | null }[] = [];
      const waiting = runs.entries();
      const work = async (worker: number) => {
        for (const [, args] of waiting) measured.push(await measure(args, join(folder, `observed-${worker}`)));
      };
      await Promise.all([work(0), work(1)]);
      expect(measured.length).toBe(runs.length);
      expect(measured.filter(({ mebibytes }) => !(mebibytes * MEBIBYTE < MOST_BYTES))).toEqual([]);
      expect(
        measured.filter(({ code, stderr }) => code === null || code > 2 || stderr.includes('internal-error')),
      ).toEqual([]);
    },
    600_000,
  );
});

function measure(args: readonly string[], observation: string) {
  const env = { ...plainEnvironment(), BENCH_OBSERVATION: observation };
  const child = spawn(process.execPath, ['--require', OBSERVER, PROGRAM, ...args], {
    cwd: PROJECT_FOLDER,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise<{ args: string; mebibytes: number; stderr: string; code: number | null }>((resolve) => {
    child.on('close', (code) => {
      const { peakBytes } = JSON.parse(readFileSync(observation, 'utf8')) as { peakBytes: number };
      resolve({
        args: args.join(' '),
        mebibytes: Math.round(peakBytes / MEBIBYTE),
        stderr: stderr.slice(0, 300),
        code,
      });
    });
  });
}
