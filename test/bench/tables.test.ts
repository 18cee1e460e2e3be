import { describe, expect, it } from 'vitest';
import type { SectionResult } from './section.js';
import { median, medianRatio, quantile } from './statistics.js';
import { countTargets, markdownSection, terminalTable } from './tables.js';

describe('statistics', () => {
  it('take the middle of the sorted values', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([0, 10, 20, 30, 40], 0.25)).toBe(10);
    expect(median([])).toBeNaN();
  });

  it('take ratios inside a round, so that a slow round does not move them', () => {
    expect(medianRatio([130, 260, 1300], [100, 200, 1000])).toBeCloseTo(1.3);
  });
});

describe('the tables of a result', () => {
  const result: SectionResult = {
    title: 'Title',
    notes: ['How it was measured.'],
    columns: [
      { title: 'program', align: 'left' },
      { title: 'time', align: 'right' },
    ],
    groups: [
      [
        [{ text: 'one' }, { text: '7 ms ≤ 9', met: true }],
        [{ text: 'second' }, { text: '12 ms ≤ 9', met: false }],
      ],
    ],
    data: undefined,
  };

  it('line up on a terminal, without escape codes unless colour is wanted', () => {
    expect(terminalTable(result, false)).toBe(
      [
        ' Title',
        ' How it was measured.',
        '',
        ' program         time',
        ' ────────────────────',
        ' one       7 ms ≤ 9 ✓',
        ' second   12 ms ≤ 9 ✗',
      ].join('\n'),
    );
    expect(terminalTable(result, true)).toContain('\u001b[31m12 ms ≤ 9 ✗\u001b[0m');
  });

  it('are a Markdown table on the kept page', () => {
    expect(markdownSection(result).split('\n').slice(-3)).toEqual([
      '| --- | ---: |',
      '| one | 7 ms ≤ 9 ✓ |',
      '| second | 12 ms ≤ 9 ✗ |',
    ]);
  });

  it('count the targets set and met', () => {
    expect(countTargets([result])).toEqual({ set: 2, met: 1 });
  });
});
