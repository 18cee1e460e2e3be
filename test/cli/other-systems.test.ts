/** Differences on Windows and macOS that cannot be run here: each decision is tested as a function of the system. */

import { describe, expect, it } from 'vitest';
import { saysClosedPipe, windowsConsole } from '../../src/cli/output.js';
import { colorLevel, shellAtHand } from '../../src/cli/terminal.js';
import { charactersOf, cut, fold } from '../../src/render/text/columns.js';
import { displayWidth } from '../../src/render/text/display-width.js';
import { shellWord } from '../../src/render/text/shell-word.js';

describe('a Windows console', () => {
  it('gets text through the stream of Node; no other output does', () => {
    const terminal = () => true;
    expect(windowsConsole(1, 'win32', terminal)).toBe(process.stdout);
    expect(windowsConsole(2, 'win32', terminal)).toBe(process.stderr);
    expect(windowsConsole(1, 'win32', () => false)).toBeUndefined();
    expect(windowsConsole(7, 'win32', terminal)).toBeUndefined();
    for (const platform of ['linux', 'darwin'] as const) expect(windowsConsole(1, platform, terminal)).toBeUndefined();
  });

  it('that is closed is a reader that has gone away', () => {
    expect(['EPIPE', 'EOF', 'EIO', undefined].map(saysClosedPipe)).toEqual([true, true, false, false]);
  });
});

describe('a command to type', () => {
  it.each([
    ['linux', {}, 'posix'],
    ['darwin', { PROMPT: 'x' }, 'posix'],
    ['win32', { PROMPT: '$P$G' }, 'cmd'],
    ['win32', { PSModulePath: 'C:\\x' }, 'powershell'],
    ['win32', { SHELL: '/usr/bin/bash', PROMPT: '$P$G' }, 'posix'],
  ] as const)('on %s with %j is for %s', (platform, env, shell) => {
    expect(shellAtHand(env, platform)).toBe(shell);
  });

  it.each([
    ['C:\\models\\x.gguf', "'C:\\models\\x.gguf'", 'C:\\models\\x.gguf', 'C:\\models\\x.gguf'],
    ["it's 5% of $x.gguf", "'it'\\''s 5% of $x.gguf'", "'it''s 5% of $x.gguf'", '"it\'s 5% of $x.gguf"'],
    ['blk.{0..1}.w', "'blk.{0..1}.w'", "'blk.{0..1}.w'", '"blk.{0..1}.w"'],
    ['a,b@c', 'a,b@c', "'a,b@c'", '"a,b@c"'],
    ['a&b', "'a&b'", "'a&b'", '"a&b"'],
  ])('%s', (word, posix, powershell, cmd) => {
    expect([shellWord(word), shellWord(word, 'powershell'), shellWord(word, 'cmd')]).toEqual([posix, powershell, cmd]);
  });
});

it('an empty FORCE_COLOR has no effect', async () => {
  expect(await colorLevel(false, { FORCE_COLOR: '' })).toBe(0);
  expect(await colorLevel(false, { FORCE_COLOR: '1' })).toBe(1);
});

describe('the width of a text', () => {
  it.each([
    ['plain', 5],
    ['日本語', 6],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['👍🏽', 2],
    ['❤️', 2],
    ['สวัสดี', 4],
    ['हिन्दी', 2],
    ['e\u0301', 1],
    ['한', 2],
    ['\u1112\u1161\u11ab', 2],
  ])('%s takes %i columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('is cut between what people see as characters', () => {
    const thumb = '👍🏽';
    expect([...charactersOf(`a${thumb}`)]).toEqual(['a', thumb]);
    expect(cut(`${thumb}${thumb}${thumb}`, 5)).toBe(`${thumb}${thumb}…`);
    expect(fold(`${thumb}${thumb}`, 2)).toEqual([thumb, thumb]);
    expect(fold('e\u0301e\u0301', 1)).toEqual(['e\u0301', 'e\u0301']);
  });
});
