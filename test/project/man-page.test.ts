/**
 * The manual page that the build writes: it lists all commands and options, and passes the checkers of manual pages where they are
 * installed.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { manPage } from '../../src/cli/man-page.js';
import { optionsOf } from '../../src/cli/program.js';
import { PROJECT_FOLDER } from '../cli/run.js';

const PATH = join(PROJECT_FOLDER, 'man', 'gguf-explain.1');
const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

describe('the manual page', () => {
  const page = manPage();

  it('is the one that the build writes, in ASCII', () => {
    expect(readFileSync(PATH, 'utf8')).toBe(page);
    expect(page).toMatch(/^[\n -~]+$/);
  });

  it('has every command with its options', () => {
    for (const command of COMMANDS) {
      const part = page.split('\n.SS ').find((one) => one.startsWith(`"${command.name} `)) ?? '';
      for (const { long } of optionsOf(command)) expect(part).toContain(long?.replaceAll('-', '\\-'));
    }
  });

  it.skipIf(!has('mandoc'))('has no faults (needs mandoc)', () => {
    const { stdout, status } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', PATH], { encoding: 'utf8' });
    // A date would make every build different.
    const faults = stdout.split('\n').filter((line) => line !== '' && !/missing date/.test(line));
    expect(faults).toEqual([]);
    expect(status).toBeLessThan(3);
  });

  it.skipIf(!has('groff'))('is rendered without a warning (needs groff)', () => {
    const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', PATH], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toContain('stopped by Ctrl-C, SIGTERM, SIGHUP');
  });
});
