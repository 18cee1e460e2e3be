/** How many colours a terminal is given. The conventions are those of no-color.org and force-color.org. */

import { describe, expect, it } from 'vitest';
import { colorLevel } from '../../src/cli/terminal.js';

describe('colorLevel', () => {
  it.each([
    { terminal: false, env: { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, level: 0 },
    { terminal: false, env: { FORCE_COLOR: '1' }, level: 1 },
    { terminal: false, env: { FORCE_COLOR: 'true' }, level: 1 },
    { terminal: false, env: { FORCE_COLOR: '2' }, level: 2 },
    { terminal: false, env: { FORCE_COLOR: '3' }, level: 3 },
    { terminal: true, env: { FORCE_COLOR: '0', COLORTERM: 'truecolor' }, level: 0 },
    { terminal: true, env: { FORCE_COLOR: 'false' }, level: 0 },
    { terminal: true, env: { NO_COLOR: '1', FORCE_COLOR: '3' }, level: 0 },
    { terminal: true, env: { NO_COLOR: '', TERM: 'xterm' }, level: 1 },
    { terminal: true, env: {}, level: 1 },
    { terminal: true, env: { TERM: 'dumb', COLORTERM: 'truecolor' }, level: 0 },
    { terminal: true, env: { TERM: 'xterm-256color' }, level: 2 },
    { terminal: true, env: { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, level: 3 },
    { terminal: true, env: { COLORTERM: '24bit' }, level: 3 },
  ])('is $level with $env (a terminal: $terminal)', ({ terminal, env, level }) => {
    expect(colorLevel(terminal, env)).toBe(level);
  });
});
