/** Runs files through every command of the built program, and collects the results that must not occur. */

import { basename, join } from 'node:path';
import { VALUE_RULES } from '../../src/checks/data/rules.js';
import { FIXTURES_FOLDER, ggufFilesIn } from '../support/places.js';
import { runAll } from './batch.js';
import type { Outcome } from './run.js';

/**
 * The command lines for a file. Where a command has a page and a form for scripts, a file gets one of them, in turns: they differ in how a
 * report is printed, which does not depend on the file. The verdict of `check` is tested in both.
 */
const COMMANDS: readonly (readonly ((path: string) => string[])[])[] = [
  [(path) => ['explain', path], (path) => ['explain', path, '--json']],
  [(path) => ['tensors', path], (path) => ['tensors', path, '--role', 'attention', '--layer', '0-3', '--ndjson']],
  [(path) => ['tensor', path, '*']],
  [(path) => ['token', path, '0', '--id']],
  [(path) => ['metadata', path], (path) => ['metadata', path, '--full', '--json']],
  [(path) => ['memory', path], (path) => ['memory', path, '--json']],
  [(path) => ['sizes', path, '--all', '--json'], (path) => ['sizes', path]],
  [(path) => ['check', path, ...scanned(path)]],
  [(path) => ['check', path, '--json', ...scanned(path)]],
];

/** Findings that only the numbers show are reported where the numbers are requested. */
function scanned(path: string): string[] {
  return VALUE_RULES.some(({ code }) => code === codeOf(path)) ? ['--data'] : [];
}

export interface Ran extends Outcome {
  path: string;
  args: readonly string[];
}

export function throughEveryCommand(paths: readonly string[]): Ran[] {
  const jobs = paths.flatMap((path, i) =>
    COMMANDS.map((forms, at) => ({ path, args: (forms[(i + at) % forms.length] as (typeof forms)[number])(path) })),
  );
  const outcomes = runAll(jobs.map(({ args }) => ({ args })));
  return jobs.map((job, i) => ({ ...job, ...(outcomes[i] as Outcome) }));
}

/** The longest time that a batch may take on a busy machine. */
export const PATIENCE = 240_000;

export const fixtures = (folder: string) => ggufFilesIn(join(FIXTURES_FOLDER, folder));

/** The code in the name of a fixture: `flawed/<finding>--<variant>.gguf`. */
export const codeOf = (path: string) => basename(path).split('--')[0] as string;

/** Files that are sound by themselves and wrong only beside the model that they are meant for (test/checks). */
export const NEED_A_MODEL_BESIDE = /(projector|adapter|control-vector|imatrix)-misfit--|draft-vocabulary-differs--/;

/** Faulty runs as lines to compare with an empty list: the command, its exit code, how its errors begin. */
export const told = (runs: readonly Ran[]) =>
  runs.map(({ args, code, stderr }) => `${args.join(' ')} → ${code} ${stderr.slice(0, 200)}`);

/** Runs that ended in a way that no run may: by a signal, with an undocumented exit code, with a stack, or with a fault of the program. */
export const crashed = (runs: readonly Ran[]) =>
  told(
    runs.filter(
      ({ args, code, stdout, stderr }) =>
        (code !== 0 && code !== 2 && !(code === 1 && args[0] === 'check')) ||
        /^ {4}at |internal-error/m.test(stdout + stderr),
    ),
  );

/**
 * Runs that failed for other reasons than asking for a tensor or a token of a file that has none, or for something that only language
 * models have.
 */
export const failed = (runs: readonly Ran[]) =>
  told(
    runs.filter(({ code, stderr }) => code === 2 && !/\((no-such-(tensor|token)|not-a-language-model)\)/.test(stderr)),
  );

/** Runs whose output for scripts cannot be parsed. */
export function unparsable(runs: readonly Ran[]): string[] {
  return told(
    runs.filter(({ args, stdout }) => {
      if (args.includes('--json')) return !parses(stdout);
      return args.includes('--ndjson') && !stdout.split('\n').slice(0, -1).every(parses);
    }),
  );
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
