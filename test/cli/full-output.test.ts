/**
 * An output that cannot take any more, such as a full disk. The exit code is always 2 and there is never a stack, whatever is printed and
 * to which stream.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Places } from '../fuzz/command-lines.js';
import { type CommandLine, everyFormat } from '../support/command-lines.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { PROGRAM, PROJECT_FOLDER, plainEnvironment } from './run.js';

const MODEL = join(FIXTURES_FOLDER, 'valid', 'llama.gguf');
const OTHER = join(FIXTURES_FOLDER, 'valid', 'mixtral.gguf');
const MISSING = 'nowhere.gguf';

const FULL = /^gguf-explain: (?:\S+: )?the output cannot be written \(the disk is full\) \(output-failed\)$/m;

const PLACES: Places = {
  ...{
    model: MODEL,
    other: OTHER,
    folder: join(FIXTURES_FOLDER, 'computed'),
    policy: MODEL,
    manifest: MODEL,
    resume: MODEL,
  },
  ...{ pattern: 'output.weight', key: 'general.name', prompt: 'a', count: '1', topic: 'quantization' },
};

const PRINTING: readonly string[][] = [
  [MODEL],
  ['scan', MODEL, ...Array.from({ length: 10 }, () => OTHER)],
  ['--help'],
  ['--version'],
];

const FAILING: readonly string[][] = [
  [MISSING],
  [MISSING, '--json'],
  ['tensors', MODEL, '--nonsense', '--json'],
  ['explian', MODEL],
  ['scan', '--jobs', 'x'],
  [],
];

/** A server writes only when it receives a message: it answers this line, which is not one. */
const ASKED: Readonly<Record<string, string>> = { mcp: '{}\n' };

/** Runs the program with its streams redirected as a shell does it: `> /dev/full`. */
function redirected(args: readonly string[], redirection: string) {
  const line = `exec "$0" "$@" ${redirection}`;
  const words = ['-c', line, process.execPath, PROGRAM, ...args];
  const { stdout, stderr, status } = spawnSync('sh', words, {
    cwd: PROJECT_FOLDER,
    env: plainEnvironment(),
    input: ASKED[args[0] as string] ?? '',
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

// Only Linux has a device that is always full.
describe.skipIf(!existsSync('/dev/full'))('an output that is full (needs /dev/full)', () => {
  it.each(PRINTING.map((args) => ({ args })))('is an error in a sentence: $args', ({ args }) => {
    const { stderr, status } = redirected(args, '> /dev/full');
    expect(status).toBe(2);
    expect(stderr).toMatch(FULL);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  const lines = everyFormat(PLACES);
  const formOf = ({ command, format }: CommandLine) => `${command} as ${format}`;

  it.each([...new Set(lines.map(formOf))])('is an error in a sentence: %s', (form) => {
    // One of the lines of each form prints: the others lack a required argument, or have one that is refused.
    let printed = false;
    for (const { args } of lines.filter((line) => formOf(line) === form)) {
      const { stderr, status } = redirected(args, '> /dev/full');
      expect(status, args.join(' ')).toBe(2);
      printed = FULL.test(stderr);
      if (printed) break;
    }
    expect(printed).toBe(true);
  });

  it.each(FAILING.map((args) => ({ args })))('for errors does not change the exit code: $args', ({ args }) => {
    const { stdout, status } = redirected(args, '2> /dev/full');
    expect(status).toBe(2);
    if (args.includes('--json')) expect(JSON.parse(stdout)).toHaveProperty('error.code');
    else expect(stdout).toBe('');
  });

  it.each([...FAILING, [MODEL], [MODEL, '--json'], [MODEL, '--format', 'html']].map((args) => ({ args })))(
    'for both does not change the exit code: $args',
    ({ args }) => {
      expect(redirected(args, '> /dev/full 2>&1')).toEqual({ status: 2, stdout: '', stderr: '' });
    },
  );
});

describe('an output that is closed', () => {
  it.each([
    { args: [MODEL, '--json'], redirection: '>&-', status: 0 },
    { args: [MISSING, '--json'], redirection: '>&-', status: 2 },
    { args: [MISSING, '--json'], redirection: '2>&-', status: 2 },
    { args: [MISSING, '--json'], redirection: '>&- 2>&-', status: 2 },
  ])('is like one that nobody reads: $args $redirection', ({ args, redirection, status }) => {
    const outcome = redirected(args, redirection);
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('an uncaught error', () => {
  it.each(['throw new Error("lost")', 'Promise.reject(new Error("lost"))'])('ends in a sentence: %s', (fault) => {
    const script = `setTimeout(() => { ${fault} }, 0); process.argv.splice(1, 0, 'x'); require(${JSON.stringify(PROGRAM)});`;
    const { stderr, status } = spawnSync(process.execPath, ['-e', script, MODEL], {
      cwd: PROJECT_FOLDER,
      env: plainEnvironment(),
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({
      stderr:
        'gguf-explain: a fault in gguf-explain itself: lost (internal-error)\n  hint: please report it, with the command that was run\n',
      status: 2,
    });
  });
});
