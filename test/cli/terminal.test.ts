/** The number of colors for a terminal, by the conventions of no-color.org and force-color.org. */

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { colorLevel } from '../../src/cli/terminal.js';
import { PROGRAM, PROJECT_FOLDER } from './run.js';

describe('colorLevel', () => {
  it.each([
    { terminal: false, env: { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, level: 0 },
    { terminal: false, env: { FORCE_COLOR: '1' }, level: 1 },
    { terminal: false, env: { FORCE_COLOR: 'true' }, level: 1 },
    { terminal: false, env: { FORCE_COLOR: '2' }, level: 2 },
    { terminal: false, env: { FORCE_COLOR: '3' }, level: 3 },
    { terminal: false, env: { FORCE_COLOR: '' }, level: 0 },
    { terminal: true, env: { FORCE_COLOR: '', TERM: 'dumb' }, level: 0 },
    { terminal: true, env: { FORCE_COLOR: '0', COLORTERM: 'truecolor' }, level: 0 },
    { terminal: true, env: { FORCE_COLOR: 'false' }, level: 0 },
    { terminal: true, env: { NO_COLOR: '1', FORCE_COLOR: '3' }, level: 0 },
    { terminal: true, env: { TERM: 'dumb', COLORTERM: 'truecolor' }, level: 0 },
    { terminal: false, env: {}, wish: true, level: 1 },
    { terminal: false, env: { FORCE_COLOR: '3' }, wish: true, level: 3 },
    { terminal: false, env: { NO_COLOR: '1' }, wish: true, level: 1 },
    { terminal: false, env: { FORCE_COLOR: '0' }, wish: true, level: 1 },
    { terminal: true, env: { FORCE_COLOR: '3' }, wish: false, level: 0 },
  ])('is $level with $env (a terminal: $terminal, --color: $wish)', async ({ terminal, env, wish, level }) => {
    expect(await colorLevel(terminal, env, wish)).toBe(level);
  });
});

describe.skipIf(process.platform === 'win32')('a page in a terminal', () => {
  it.each([
    { env: { TERM: 'xterm' }, level: 1 },
    { env: { TERM: 'xterm-256color' }, level: 2 },
    { env: { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, level: 3 },
    { env: { TERM: 'xterm-256color', NO_COLOR: '1' }, level: 0 },
  ])('has colors of level $level with $env', ({ env, level }) => {
    const page = inTerminal('demo', env);
    expect(page).toContain('Tiny Stories');
    const kinds = [/\x1b\[38;2;/, /\x1b\[38;5;/, /\x1b\[(?:3|9)[0-7]m/].map((kind) => kind.test(page));
    expect(kinds).toEqual([level === 3, level === 2, level === 1]);
  });

  it('has none with --no-color', () => {
    expect(inTerminal('demo --no-color', { TERM: 'xterm-256color' })).not.toContain('\x1b[');
  });
});

/** The output of a command whose standard output is a terminal, which `script` provides. */
function inTerminal(words: string, env: Record<string, string>): string {
  const line = `'${process.execPath}' '${PROGRAM}' ${words}`;
  const { FORCE_COLOR: _, NO_COLOR: __, COLORTERM: ___, CI: ____, ...rest } = process.env;
  return execFileSync('script', ['-qec', line, '/dev/null'], {
    env: { ...rest, ...env },
    cwd: PROJECT_FOLDER,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
