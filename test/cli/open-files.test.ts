/** A process that may open only a few files: sound files are not reported as broken, and what cannot be done gives exit code 2. */

import { spawnSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRegularFile, openRegularFileSoon } from '../../src/io/file.js';
import { TooManyOpenFiles } from '../../src/io/open-file.js';
import { systemError } from '../../src/locate/locate-error.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { PROGRAM, plainEnvironment, run } from './run.js';

const VALID = join(FIXTURES_FOLDER, 'valid');
const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');

/** Node itself keeps about twenty files open. */
const LIMITS = [20, 26];

const COMMANDS: readonly (readonly string[])[] = [
  ['check', VALID, '--format', 'sarif'],
  ['check', VALID, '--quiet'],
  ['list', VALID, '--json'],
  ['scan', VALID],
  ['hash', TINY],
  ['check', TINY, '--data', '--quiet'],
];

function runWith(limit: number, args: readonly string[]) {
  const script = `ulimit -n ${limit} && exec "$@"`;
  const { stdout, stderr, status } = spawnSync('sh', ['-c', script, 'sh', process.execPath, PROGRAM, ...args], {
    env: plainEnvironment(),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { stdout, stderr, code: status };
}

const withoutTimes = (text: string) =>
  text
    .replace(/"milliseconds":\{[^}]*\}/g, '')
    .split('\n')
    .sort();

describe.skipIf(process.platform === 'win32')('with few files', () => {
  it.each(COMMANDS)('%s %s', (...args) => {
    const whole = run(args);
    for (const limit of LIMITS) {
      const { stdout, stderr, code } = runWith(limit, args);
      if (code === 2) {
        expect(stderr).toContain('(too-many-open-files)');
        // The lines that a scan has written until then are right.
        const lines = new Set(withoutTimes(whole.stdout));
        expect(withoutTimes(stdout).filter((line) => !lines.has(line))).toEqual([]);
      } else {
        expect([stderr, code]).toEqual([whole.stderr, whole.code]);
        expect(withoutTimes(stdout)).toEqual(withoutTimes(whole.stdout));
      }
    }
  });
});

describe.skipIf(process.platform === 'win32')('opening', () => {
  it('fails with the system’s error where the file is missing', async () => {
    expect(() => openRegularFile(join(VALID, 'nowhere'))).toThrow('ENOENT');
    await expect(openRegularFileSoon(join(VALID, 'nowhere'))).rejects.toThrow('ENOENT');
    const descriptor = openRegularFile(TINY);
    expect(descriptor).toBeGreaterThan(2);
    closeSync(descriptor);
  });

  it('that fails for lack of descriptors is not blamed on the file', () => {
    for (const code of ['EMFILE', 'ENFILE']) {
      expect(() => systemError(TINY, Object.assign(new Error(code), { code, syscall: 'open' }))).toThrow(
        TooManyOpenFiles,
      );
    }
  });
});
