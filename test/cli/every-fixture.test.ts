/** Every fixture through every command of the built program: an answer or a sentence, never a crash. */

import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DATA_FINDINGS } from '../../src/guide/findings/data.js';
import { ErrorReportSchema } from '../../src/report/schema.js';
import { FIXTURES_FOLDER, ggufFilesIn, SHARED_FOLDER } from '../support/places.js';
import { runAll } from './batch.js';
import type { Outcome } from './run.js';

const COMMANDS: readonly ((path: string) => string[])[] = [
  (path) => ['explain', path],
  (path) => ['explain', path, '--json'],
  (path) => ['tensors', path],
  (path) => ['tensors', path, '--role', 'attention', '--layer', '0-3', '--ndjson'],
  (path) => ['tensor', path, '*'],
  (path) => ['token', path, '0', '--id'],
  (path) => ['metadata', path],
  (path) => ['metadata', path, '--full', '--json'],
  (path) => ['memory', path],
  (path) => ['sizes', path, '--all', '--json'],
  (path) => ['check', path, ...scanned(path)],
  (path) => ['check', path, '--json', ...scanned(path)],
];

/** What only the numbers show is found where they are asked for. */
function scanned(path: string): string[] {
  return codeOf(path) in DATA_FINDINGS ? ['--data'] : [];
}

interface Ran extends Outcome {
  path: string;
  args: readonly string[];
}

function throughEveryCommand(paths: readonly string[]): Ran[] {
  const jobs = paths.flatMap((path) => COMMANDS.map((command) => ({ path, args: command(path) })));
  const outcomes = runAll(jobs.map(({ args }) => ({ args })));
  return jobs.map((job, i) => ({ ...job, ...(outcomes[i] as Outcome) }));
}

/** Longest that a batch may take on a machine with other things to do. */
const PATIENCE = 120_000;

const fixtures = (folder: string) => ggufFilesIn(join(FIXTURES_FOLDER, folder));

/** The code in the name of a fixture: `flawed/<finding>--<variant>.gguf`. */
const codeOf = (path: string) => basename(path).split('--')[0] as string;

/** Files that are sound alone and wrong beside the model that they are meant for (test/checks). */
const NEED_A_MODEL_BESIDE = /(projector|adapter)-misfit--/;

/** Runs as lines to compare with none: the command, its exit code, how its errors begin. */
const told = (runs: readonly Ran[]) =>
  runs.map(({ args, code, stderr }) => `${args.join(' ')} → ${code} ${stderr.slice(0, 200)}`);

/** Runs that ended as none may end: by a signal, an exit code of their own, a stack, a fault of the program. */
const crashed = (runs: readonly Ran[]) =>
  told(
    runs.filter(
      ({ args, code, stdout, stderr }) =>
        (code !== 0 && code !== 2 && !(code === 1 && args[0] === 'check')) ||
        /^ {4}at |internal-error/m.test(stdout + stderr),
    ),
  );

/** Runs that failed otherwise than by asking for a tensor or a token of a file that has none. */
const failed = (runs: readonly Ran[]) =>
  told(runs.filter(({ code, stderr }) => code === 2 && !/\(no-such-(tensor|token)\)/.test(stderr)));

/** Runs that print for scripts what scripts cannot parse. */
function unparsable(runs: readonly Ran[]): string[] {
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

describe.each(['valid', 'flawed'])('the %s fixtures', (folder) => {
  let runs: Ran[];
  beforeAll(() => {
    runs = throughEveryCommand(fixtures(folder));
  }, PATIENCE);

  it('go through', () => {
    expect(runs.length).toBeGreaterThan(0);
    expect(crashed(runs)).toEqual([]);
    expect(failed(runs)).toEqual([]);
  });

  it('give JSON where it is asked for', () => {
    expect(unparsable(runs)).toEqual([]);
  });

  it.runIf(folder === 'flawed')('have the finding of their name, in the JSON and on the page', () => {
    const checks = runs.filter(({ args, path }) => args[0] === 'check' && !NEED_A_MODEL_BESIDE.test(path));
    const [reports, pages] = [true, false].map((json) =>
      checks.filter(({ args }) => args.includes('--json') === json),
    ) as [Ran[], Ran[]];
    const withoutFinding = reports.filter(({ path, stdout }) => {
      const { files } = JSON.parse(stdout) as { files: { findings: { code: string }[] }[] };
      return !files[0]?.findings.some(({ code }) => code === codeOf(path));
    });
    expect(told(withoutFinding)).toEqual([]);
    expect(told(pages.filter(({ path, stdout }) => !stdout.includes(` ${codeOf(path)}: `)))).toEqual([]);
  });
});

describe('the broken fixtures', () => {
  let runs: Ran[];
  beforeAll(() => {
    runs = throughEveryCommand(fixtures('broken'));
  }, PATIENCE);

  it('end with 2 and the error of their name', () => {
    expect(runs.length).toBeGreaterThan(0);
    expect(crashed(runs)).toEqual([]);
    // What `check` says of a file is its product; of all other commands it is an error.
    const said = ({ args, stdout, stderr }: Ran) => (args[0] === 'check' ? stdout.replaceAll(/\s+/g, ' ') : stderr);
    const wrong = runs.filter((ran) => ran.code !== 2 || !said(ran).includes(`${codeOf(ran.path)} at byte `));
    expect(told(wrong)).toEqual([]);
  });

  it('print nothing but an error report, and that only where JSON is asked for', () => {
    for (const { args, path, stdout } of runs) {
      if (args[0] === 'check') continue;
      if (args.includes('--json')) {
        const { error } = ErrorReportSchema.parse(JSON.parse(stdout));
        expect(error).toMatchObject({ target: path, code: codeOf(path) });
      } else {
        expect(stdout, args.join(' ')).toBe('');
      }
    }
  });

  it('are told in a few lines', () => {
    expect(told(runs.filter(({ stderr }) => stderr.split('\n').length > 4 || stderr.length > 1000))).toEqual([]);
  });
});

const headers = ['architectures', 'trace', 'vocab'].flatMap((folder) =>
  ggufFilesIn(join(SHARED_FOLDER, 'gguf', folder)),
);

describe.skipIf(headers.length === 0)('the files of ../shared/gguf', () => {
  it(
    'go through',
    () => {
      const runs = throughEveryCommand(headers);
      expect(crashed(runs)).toEqual([]);
      expect(failed(runs)).toEqual([]);
      expect(unparsable(runs)).toEqual([]);
    },
    PATIENCE,
  );
});
