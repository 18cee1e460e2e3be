import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pageText } from '../support/pages.js';
import type { SectionResult } from './section.js';
import { median, medianRatio, quantile } from './statistics.js';
import { countTargets, markdownSection, terminalTable, withTables } from './tables.js';

describe('statistics', () => {
  it('take the middle of the sorted values', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([0, 10, 20, 30, 40], 0.25)).toBe(10);
    expect(median([])).toBeNaN();
  });

  it('take ratios within a round, so that a slow round does not move them', () => {
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

  it('align on a terminal, without escape codes unless color is requested', () => {
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

describe('docs/benchmarks.md', () => {
  it('gets the tables of a run between its marks', () => {
    const page = '# Page\n\n<!-- bench -->\nold $1\n<!-- /bench -->\n\nmore\n';
    expect(withTables(page, 'new $1\nrows')).toBe('# Page\n\n<!-- bench -->\nnew $1\nrows\n<!-- /bench -->\n\nmore\n');
    expect(() => withTables('# Page\n', 'new')).toThrow('no block');
  });

  it('has the tables of the latest kept result', () => {
    const kept = readdirSync(new URL('results/', import.meta.url)).sort();
    const page = pageText('docs/benchmarks.md');
    expect(withTables(page, '')).not.toBe(page);
    expect(page).toContain(`test/bench/results/${kept.at(-1)}`);
  });
});
