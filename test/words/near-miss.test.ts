/** The suggestion for an unknown word. */

import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/command-list.js';
import { nearMiss } from '../../src/words/near-miss.js';

const NAMES = COMMANDS.map(({ name }) => name);

describe('a near miss', () => {
  it.each(NAMES)('of %s is found with any two neighboring letters swapped', (name) => {
    for (let at = 0; at + 1 < name.length; at++) {
      const swapped = `${name.slice(0, at)}${name[at + 1]}${name[at]}${name.slice(at + 2)}`;
      expect(nearMiss(swapped, NAMES), swapped).toBe(name);
    }
  });

  it.each([
    ['chekc', 'check'],
    ['chek', 'check'],
    ['checck', 'check'],
    ['chack', 'check'],
    ['CHECK', 'check'],
    ['expalin', 'explain'],
    ['metdaata', 'metadata'],
    ['tenosr', 'tensor'],
  ])('%s is %s', (typed, meant) => {
    expect(nearMiss(typed, NAMES)).toBe(meant);
  });

  it.each(['', 'x', 'model', 'ehcck', 'x'.repeat(65)])('%j has no near miss', (typed) => {
    expect(nearMiss(typed, NAMES)).toBeUndefined();
  });
});
