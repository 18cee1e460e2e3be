/** Differences as a page and as Markdown: they fit the width, hostile text does no harm, and long output stays within bounds. */

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { diffMarkdown } from '../../src/render/diff-markdown.js';
import { pageText } from '../../src/render/lines.js';
import { codeBlock, htmlCode, inlineCode } from '../../src/render/markdown-text.js';
import { renderDiffPage } from '../../src/render/text/diff-page.js';
import { displayWidth } from '../../src/render/text/display-width.js';
import { makeTheme, PLAIN_THEME } from '../../src/render/theme.js';
import type { DiffReport } from '../../src/report/diff-schema.js';
import { compared } from '../report/compared.js';
import { READABLE } from '../report/reports.js';
import { type Description, list, tensor, text } from '../support/gguf-writer.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { HEADERS } from '../support/reference.js';

const page = (report: DiffReport, width: number) => pageText(renderDiffPage(report, { width, theme: PLAIN_THEME }));
const markdown = (report: DiffReport) => diffMarkdown(report).join('');
const fixture = (name: string) => readFileSync(join(FIXTURES_FOLDER, 'valid', `${name}.gguf`));

/** The longest comment that a pull request accepts. */
const COMMENT = 65_536;

/** Anything that a terminal would act on, or that a reader cannot see. */
const HARMFUL = /[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** Removes code from Markdown: the rest is read as Markdown and HTML. */
function withoutCode(comment: string): string {
  return comment
    .replace(/^(`{3,}).*\n[\s\S]*?^\1$/gm, '')
    .replace(/<code>[^<\n]*<\/code>/g, '')
    .replace(/`[^`\n]*`/g, '');
}

describe('pairs of files', () => {
  let all: { name: string; report: DiffReport }[];
  beforeAll(async () => {
    const files = [...READABLE, ...HEADERS];
    all = await Promise.all(
      files.map(async (path, i) => {
        const other = files[(i + 1) % files.length] as string;
        const report = await compared(readFileSync(path), readFileSync(other), { data: true });
        return { name: `${basename(path)} and ${basename(other)}`, report };
      }),
    );
  }, 60_000);

  it.each([40, 80, 140])('give pages of at most %i columns', (width) => {
    const wide = all.flatMap(({ name, report }) =>
      page(report, width)
        .split('\n')
        .filter((line) => displayWidth(line) > width)
        .map((line) => `${name}: ${line}`),
    );
    expect(wide).toEqual([]);
  });

  it('give pages and Markdown without control characters', () => {
    const wrong = all.filter(({ report }) => HARMFUL.test(page(report, 100)) || HARMFUL.test(markdown(report)));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('give Markdown in which only the program’s own words are Markdown', () => {
    const ours = /^(?:[\w\s.,:;×→+−=?()#*|-]|<\/?(?:details|summary)>|GGUF)*$/;
    const wrong = all.filter(({ report }) => !ours.test(withoutCode(markdown(report))));
    expect(wrong.map(({ name, report }) => `${name}: ${withoutCode(markdown(report))}`)).toEqual([]);
  });

  it('give Markdown tables with the same number of cells in all rows', () => {
    for (const { name, report } of all) {
      const tables = markdown(report)
        .split('\n\n')
        .filter((part) => part.startsWith('|'));
      for (const table of tables) {
        const cells = new Set(
          table
            .trimEnd()
            .split('\n')
            .map((row) => row.split('|').length),
        );
        expect(cells.size, `${name}:\n${table}`).toBe(1);
      }
    }
  });

  it('are the same with colors, except for the colors', async () => {
    const theme = await makeTheme(1);
    for (const { name, report } of all) {
      const colored = pageText(renderDiffPage(report, { width: 100, theme }));
      expect(colored.replace(/\x1b\[\d+m/g, ''), name).toBe(page(report, 100));
    }
  });
});

describe('colors', () => {
  it('mark what was added, removed and changed', async () => {
    const report = await compared(fixture('diff-before'), fixture('diff-after'));
    const colored = pageText(renderDiffPage(report, { width: 100, theme: await makeTheme(1) }));
    expect(colored).toContain('\x1b[31m−\x1b[39m  rope_freqs.weight');
    expect(colored).toContain('\x1b[32m+\x1b[39m  general.license');
    expect(colored).toContain('\x1b[33m~\x1b[39m  general.name');
  });
});

describe('the first words', () => {
  const words = (report: DiffReport) => page(report, 140).split('\n')[3];
  const plain: Description = { tensors: [tensor('a', [8]), tensor('b', [8])] };

  it('say that files are equal, and what was compared', async () => {
    expect(words(await compared(plain, plain))).toBe(
      ' equal in metadata, types and shapes; tensor data was not compared (--data does)',
    );
    expect(words(await compared(plain, plain, { data: true }))).toBe(' equal in metadata, tensors and their data');
    expect(words({ ...(await compared(plain, plain)), sameBytes: 'file' })).toBe(
      ' equal: the same file, byte for byte',
    );
    expect(words(await compared({}, {}))).toBe(' equal in metadata; there are no tensors');
    const header = { tensors: [{ ...tensor('a', [8]), data: 'absent' as const }] };
    expect(words(await compared(header, header, { data: true }))).toBe(
      ' equal as far as compared: the data of 1 tensor is in neither file',
    );
  });

  it('count the differences', async () => {
    const other: Description = { ...plain, metadata: [text('a', 'b'), text('c', 'd')] };
    expect(words(await compared(plain, other))).toBe(' 2 keys added; tensor data was not compared');
    expect(words(await compared(plain, { ...plain, littleEndian: false }))).toBe(
      ' byte order little → big; tensor data was not compared',
    );
    expect(words(await compared(plain, { tensors: [tensor('a', [8], 'F16')] }))).toBe(
      ' 1 tensor removed, 1 retyped; −48 B',
    );
    expect(words(await compared(plain, { tensors: [...plain.tensors!].reverse() }))).toBe(
      ' the same tensors in a different order',
    );
  });
});

describe('hostile text', () => {
  it('is code in Markdown, whatever it contains', () => {
    expect(inlineCode('blk.0.attn_q.weight')).toBe('`blk.0.attn_q.weight`');
    expect(inlineCode('@everyone [x](http://x) <img>')).toBe('`@everyone [x](http://x) <img>`');
    expect(inlineCode('a`b')).toBe('<code>a&#96;b</code>');
    expect(inlineCode('a|b')).toBe('<code>a&#124;b</code>');
    expect(inlineCode('a\n\x1b[31m')).toBe('`a\\n\\u{1b}[31m`');
    expect(inlineCode('')).toBe('<code>&nbsp;</code>');
    expect(htmlCode('</code><b>@x')).toBe('<code>&#60;&#47;code&#62;&#60;b&#62;&#64;x</code>');
  });

  it('does not end a block of code', () => {
    expect(codeBlock('diff', ['+````', '-x\r'])).toEqual(['`````diff', '+````', '-x\\r', '`````']);
  });

  it('is harmless in keys, values, names and lines of texts', async () => {
    const evil = '`@all` <img src=x> | [a](http://b) \x1b[31m';
    const before = { metadata: [text(evil, evil), text('t', `a\n${evil}\n\`\`\``)], tensors: [tensor(evil, [8])] };
    const after = { metadata: [text(evil, `${evil}.`), text('t', `a\n${evil}</details>\n\`\`\`\``)] };
    const comment = markdown(await compared(before, after));
    const read = withoutCode(comment);
    expect(read).not.toMatch(/@|\[|<img|http/);
    expect(read.match(/<details>/g)).toHaveLength(read.match(/<\/details>/g)!.length);
  });
});

describe('long differences', () => {
  const words = (word: string, count: number) => Array.from({ length: count }, (_, i) => `${word} ${i}`);

  it('keep a comment within its bounds', async () => {
    const before = {
      metadata: words('a', 300).map((key) => text(key, `${'x'.repeat(500)}\n1`)),
      tensors: words('a', 400).map((name) => tensor(name, [8])),
    };
    const after = {
      metadata: words('a', 300).map((key) => text(key, `${'x'.repeat(500)}\n2`)),
      tensors: words('b', 400).map((name) => tensor(name, [8])),
    };
    const comment = markdown(await compared(before, after));
    expect(comment.length).toBeLessThan(COMMENT);
    expect(comment).toMatch(/\d+ sections left out, as a comment has no room for more; the JSON has all\.\n$/);
    expect(comment).toContain('And 650 more rows; the JSON has all.');
  });

  it('show where long texts of one line begin to differ', async () => {
    const long = (end: string) => ({ metadata: [text('general.description', `${'a word '.repeat(40)}${end}`)] });
    const lines = page(await compared(long('at the end'), long('of the end')), 80).split('\n');
    expect(lines.slice(-4)).toEqual([
      ' ~  general.description  text changed',
      '     − …d a word a word at the end',
      '     + …d a word a word of the end',
      '',
    ]);
  });

  it('show the first items of arrays that differ', async () => {
    const items = (word: string) => ({ metadata: [list('x', 'string', words(word, 3000))] });
    const lines = page(await compared(items('a'), items('b')), 80).split('\n');
    expect(lines.slice(-7)).toEqual([
      ' ~  x  3,000 items, 3,000 differ',
      '     [0] "a 0" → "b 0"',
      '     [1] "a 1" → "b 1"',
      '     [2] "a 2" → "b 2"',
      '     [3] "a 3" → "b 3"',
      '     and 2,996 more',
      '',
    ]);
  });
});
