/** Promises that every page keeps, whatever the file: it fits the given width, and colors change nothing but colors. */

import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { printableLine } from '../../src/render/sanitize.js';
import { displayWidth } from '../../src/render/text/display-width.js';
import { makeTheme, PLAIN_THEME, type Theme } from '../../src/render/theme.js';
import type { MetadataReport } from '../../src/report/schema.js';
import { pagesOf, READABLE, type Reports, reportsOn } from '../report/reports.js';
import { HEADERS } from '../support/reference.js';

/** Texts of several lines, such as chat templates, are shown as they are written, so their lines may have any length. */
function linesOfBlocks({ metadata }: MetadataReport): Set<string> {
  const texts = metadata.map(({ value }) => value).filter((value) => typeof value === 'string');
  return new Set(texts.flatMap((text) => text.split('\n')));
}

/** Commands can be pasted, so each is on one line; a word that is longer than the line cannot be broken. */
const mayBeLonger = (line: string) => line.startsWith(' gguf-explain ') || !line.trim().includes(' ');

/** The pages of the usual width, which several promises are about. */
const usualPages = new WeakMap<Reports, Record<string, string>>();

function plainPages(reports: Reports, width: number): Record<string, string> {
  const known = width === 100 ? usualPages.get(reports) : undefined;
  const pages = known ?? pagesOf(reports, { width, theme: PLAIN_THEME });
  if (width === 100) usualPages.set(reports, pages);
  return pages;
}

function tooWide(reports: Reports, width: number): string[] {
  const blocks = linesOfBlocks(reports.metadata);
  return Object.entries(plainPages(reports, width)).flatMap(([page, text]) =>
    text
      .split('\n')
      .filter((line) => displayWidth(line) > width && !mayBeLonger(line) && !(page === 'metadata' && blocks.has(line)))
      .map((line) => `${page}: ${line}`),
  );
}

describe.each([
  { what: 'the fixtures', files: READABLE },
  { what: 'the headers of many architectures', files: HEADERS },
])('the pages on $what', ({ files }) => {
  describe('', () => {
    let all: { name: string; reports: Reports }[];
    beforeAll(async () => {
      all = await Promise.all(files.map(async (path) => ({ name: basename(path), reports: await reportsOn(path) })));
    }, 60_000);

    it.each([80, 100, 160])('are no wider than %i columns', (width) => {
      const wide = all.flatMap(({ name, reports }) => tooWide(reports, width).map((line) => `${name} ${line}`));
      expect(wide).toEqual([]);
    });

    it('end each line without spaces, and the last one with a line break', () => {
      const wrong = all.flatMap(({ name, reports }) =>
        Object.entries(plainPages(reports, 100))
          // The command reports that no tensor matches, so no page is made.
          .filter(([page]) => page !== 'tensor' || reports.tensor.rows.length > 0)
          .filter(([page, text]) => !text.endsWith('\n') || (page !== 'metadata' && / $/m.test(text)))
          .map(([page]) => `${name} ${page}`),
      );
      expect(wrong).toEqual([]);
    });

    it('are the same with colors, except for the colors', async () => {
      const colored = { width: 100, theme: await makeTheme(1) };
      for (const { name, reports } of all) {
        const without = Object.entries(pagesOf(reports, colored)).map(([page, text]) => [
          page,
          text.replace(/\x1b\[\d+m/g, ''),
        ]);
        expect(Object.fromEntries(without), name).toEqual(plainPages(reports, 100));
      }
    });
  });
});

describe('a theme', () => {
  /** Marks each text with the name of its meaning, so that a test sees the meaning and no escape codes. */
  const mark = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
  const NAMED: Theme = {
    title: mark('title'),
    heading: mark('heading'),
    label: mark('label'),
    number: mark('number'),
    type: mark('type'),
    muted: mark('muted'),
    stored: mark('stored'),
    computed: mark('computed'),
    command: mark('command'),
    pass: mark('pass'),
    fail: mark('fail'),
    level: { error: mark('error'), warning: mark('warning'), advice: mark('advice') },
  };

  it('receives the meaning of each piece of the page', async () => {
    const reports = await reportsOn(READABLE[0] as string);
    const { explain } = pagesOf(reports, { width: 100, theme: NAMED });
    expect(explain).toContain('<title>Tiny Stories 1.6M</title>');
    expect(explain).toContain('<stored><heading>STORED</heading></stored>');
    expect(explain).toContain('<type>Q4_K+Q6_K</type>');
    expect(explain).toMatch(/<stored>█+[▏▎▍▌▋▊▉]?<\/stored>/);
    expect(explain).toContain('<number>▸Q4_K_M</number>');
    expect(explain).toContain('<command>gguf-explain tensor ');
  });

  it('receives the level of a finding', async () => {
    const pageOf = async (fixture: string) => {
      const path = READABLE.find((known) => known.endsWith(`${fixture}.gguf`)) as string;
      return pagesOf(await reportsOn(path), { width: 100, theme: NAMED }).explain;
    };
    expect(await pageOf('data-truncated--last-tensor')).toContain('<error>error</error> data-truncated: ');
    expect(await pageOf('invalid-utf8--value')).toContain('<warning>warning</warning> invalid-utf8: ');
    expect(await pageOf('label-disagrees--q4-0-is-f32')).toContain('<advice>advice</advice> label-disagrees: ');
  });

  it('colors one text at a time, also when it is called by map', async () => {
    const { muted, level } = await makeTheme(1);
    expect(['a', 'b'].map(muted).map(printableLine)).toEqual(['\x1b[2ma\x1b[22m', '\x1b[2mb\x1b[22m']);
    expect(printableLine(level.error('x'))).toBe('\x1b[31mx\x1b[39m');
    expect(await makeTheme(0)).toBe(PLAIN_THEME);
  });
});
