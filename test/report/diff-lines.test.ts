/** The differing lines of two texts: the work for all texts of two files has one limit, counted in steps. */

import { describe, expect, it } from 'vitest';
import { diffLines, lineWork } from '../../src/report/diff-metadata.js';

const numbered = (count: number, word: string) => Array.from({ length: count }, (_, i) => `${word}${i}`).join('\n');

describe('lines that differ', () => {
  it('are listed until there are too many of them in all texts together', async () => {
    const work = lineWork();
    const pair = { before: numbered(400, 'a'), after: numbered(400, 'b') };
    const told: boolean[] = [];
    for (let text = 0; text < 8; text++) told.push((await diffLines(pair, work)).hunks !== null);
    // Each text takes 800 edits, of which three fit.
    expect(told).toEqual([true, true, true, false, false, false, false, false]);
  });

  it('cost little where there are few of them', async () => {
    const work = lineWork();
    const before = numbered(100, 'a');
    for (let text = 0; text < 1000; text++) {
      const { hunks } = await diffLines({ before, after: before.replace('a50', 'b') }, work);
      expect(hunks).toHaveLength(1);
    }
    expect(work.left).toBe(lineWork().left - 4000);
  });

  it('of texts that have nothing in common are searched only up to a limit', async () => {
    const work = lineWork();
    const { hunks, before } = await diffLines({ before: numbered(9000, 'a'), after: numbered(9000, 'b') }, work);
    expect([hunks, before]).toEqual([null, 9000]);
    expect(work.left).toBe(lineWork().left / 2);
  });
});
