/** An output that takes nothing more: a disk that is full. Always exit code 2 and never a stack, whatever is told and to whom. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURES_FOLDER } from '../support/places.js';
import { PROGRAM, PROJECT_FOLDER, plainEnvironment } from './run.js';

const MODEL = join(FIXTURES_FOLDER, 'valid', 'llama.gguf');
const OTHER = join(FIXTURES_FOLDER, 'valid', 'mixtral.gguf');
const MISSING = 'nowhere.gguf';

const PRINTING: readonly string[][] = [
  [MODEL],
  [MODEL, '--json'],
  [MODEL, '--format', 'html'],
  ['tensors', MODEL, '--csv'],
  ['tensors', MODEL, '--ndjson'],
  ['tensor', MODEL, 'output.weight', '--raw', 'f32'],
  ['metadata', MODEL],
  ['metadata', MODEL, 'general.name'],
  ['memory', MODEL],
  ['flow', MODEL, '--format', 'svg'],
  ['learn'],
  ['check', MODEL, '--format', 'github'],
  ['diff', MODEL, OTHER, '--json'],
  ['hash', MODEL],
  ['scan', MODEL, ...Array.from({ length: 10 }, () => OTHER)],
  ['schema'],
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

/** Runs the program with its streams redirected as a shell does it: `> /dev/full`. */
function redirected(args: readonly string[], redirection: string) {
  const line = `exec "$0" "$@" ${redirection}`;
  const words = ['-c', line, process.execPath, PROGRAM, ...args];
  const { stdout, stderr, status } = spawnSync('sh', words, {
    cwd: PROJECT_FOLDER,
    env: plainEnvironment(),
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

// Only Linux has a device that is always full.
describe.skipIf(!existsSync('/dev/full'))('an output that is full (needs /dev/full)', () => {
  it.each(PRINTING.map((args) => ({ args })))('is an error in a sentence: $args', ({ args }) => {
    const { stderr, status } = redirected(args, '> /dev/full');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^gguf-explain: (?:\S+: )?the output cannot be written \(ENOSPC\) \(output-failed\)\n$/);
  });

  it.each(FAILING.map((args) => ({ args })))('for errors leaves the exit code: $args', ({ args }) => {
    const { stdout, status } = redirected(args, '2> /dev/full');
    expect(status).toBe(2);
    if (args.includes('--json')) expect(JSON.parse(stdout)).toHaveProperty('error.code');
    else expect(stdout).toBe('');
  });

  it.each([...FAILING, ...PRINTING.slice(0, 3)].map((args) => ({ args })))(
    'for both leaves the exit code: $args',
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
  ])('is as one that nobody reads: $args $redirection', ({ args, redirection, status }) => {
    const outcome = redirected(args, redirection);
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('what nobody caught', () => {
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
