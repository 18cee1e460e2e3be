/** The HTML page as text: well-formed for every fixture, with nothing that could load or run, and the same every time. */

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtmlPage } from '../../src/render/html/page.js';
import { type Job, runAll } from '../cli/batch.js';
import { type Outcome, PROJECT_FOLDER, run } from '../cli/run.js';
import { FIXTURES_FOLDER, ggufFilesIn } from '../support/places.js';
import { ATTACKS, hostileModel, modelOf8B, withStoryOf8B } from './html-models.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const FIXTURES = [TINY, ...['valid', 'flawed'].flatMap((folder) => ggufFilesIn(join(FIXTURES_FOLDER, folder)))];

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const htmlOf = (path: string, ...more: string[]) => run(['explain', path, '--format', 'html', ...more]).stdout;

describe('the page of every fixture', () => {
  let pages: Outcome[];
  beforeAll(() => {
    pages = runAll(FIXTURES.map((path): Job => ({ args: ['explain', path, '--format', 'html'] })));
  });

  it('is written', () => {
    const failed = pages.flatMap(({ code, stderr }, i) =>
      code === 0 && stderr === '' ? [] : [`${FIXTURES[i]}: ${stderr}`],
    );
    expect(failed).toEqual([]);
  });

  it('is well-formed', () => {
    const wrong = pages.flatMap(({ stdout }, i) => malformed(stdout).map((what) => `${FIXTURES[i]}: ${what}`));
    expect(wrong).toEqual([]);
  });

  it('links only to itself and to named web pages, and has no attribute that runs or loads', () => {
    for (const [i, { stdout }] of pages.entries()) {
      const page = withoutTexts(stdout);
      const links = [...page.matchAll(/<(?:a|link) ([^>]*)>/g)].map(([, attributes = '']) => attributes);
      const known =
        /^(?:class="\w+" )?href="#[\w-]+"|^rel="icon" href="data:image\/svg\+xml,[\w%.-]+"|^href="https:\/\/[^"]+" rel="noopener noreferrer nofollow external"$/;
      expect(
        links.filter((attributes) => !known.test(attributes)),
        FIXTURES[i],
      ).toEqual([]);
      expect(page.match(/<[^>]* (?:src|srcset|style|action|data|on[a-z]+)="/g), FIXTURES[i]).toBeNull();
    }
  });

  it('uses each id once', () => {
    for (const [i, { stdout }] of pages.entries()) {
      const ids = [...withoutTexts(stdout).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size, FIXTURES[i]).toBe(ids.length);
    }
  });

  it('has no invisible character and none that changes the direction of text', () => {
    const unsafe = /[^\P{Cc}\n]|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/u;
    expect(pages.flatMap(({ stdout }, i) => (unsafe.test(stdout) ? [FIXTURES[i]] : []))).toEqual([]);
  });
});

describe('the page', () => {
  const page = htmlOf(TINY);

  it('has the words and symbols of the report', () => {
    for (const words of [
      'Tiny Stories 1.6M',
      'In → out',
      'embedding 256 → 8 query heads × 32',
      'y = W_o · concat(heads) (+ b_o)',
    ]) {
      expect(page.replaceAll('&#8594;', '→')).toContain(words);
    }
    expect(page).not.toMatch(/[ÂÃâ]/);
  });

  it('has a policy that names its style sheet and its script by their digests', () => {
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"\/>/.exec(page)?.[1];
    const digest = (element: string) => {
      const [, text = ''] = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(page) ?? [];
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${digest('style')}`,
      `script-src ${digest('script')}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  });

  it('is the same every time, and does not contain the location of the file', () => {
    expect(htmlOf(TINY)).toBe(page);
    expect(page).not.toContain(FIXTURES_FOLDER);
  });

  it('consists of characters that any program reads alike', () => {
    // Characters beyond ASCII in templates of the built program would come out changed.
    const folder = join(PROJECT_FOLDER, 'dist', 'cli');
    const built = readdirSync(folder).filter((name) => name.endsWith('.cjs'));
    expect(built.filter((name) => /[^\p{ASCII}]/u.test(readFileSync(join(folder, name), 'latin1')))).toEqual([]);
    expect(built).toContain('explain.cjs');
  });

  it('has the contents of the report', () => {
    const sections = [...page.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id);
    expect(sections).toEqual([
      'summary',
      'weights',
      'token',
      'flow',
      'product',
      'attention',
      'layers',
      'guesses',
      'next',
      'stored',
      'quantization',
      'treemap',
      'memory',
      'formats',
      'metadata',
      'tensor-list',
      'findings',
    ]);
    const { tensors } = JSON.parse(run(['explain', TINY, '--format', 'json']).stdout) as {
      tensors: { name: string }[];
    };
    const folded = new Set(tensors.map(({ name }) => name.replace(/^blk\.\d+\./, 'blk.{0..1}.')));
    expect([...page.matchAll(/<tbody data-at/g)]).toHaveLength(folded.size);
    for (const name of folded) expect(page).toContain(`<code>${name}</code>`);
    const picture = /<div class="scroll flow-picture"[\s\S]*?<\/svg>/.exec(page)?.[0];
    for (const name of folded) expect(picture).toContain(`>${name.replace(/\.weight$/, '')}</text>`);
  });

  it('does not take text of a hostile model for markup', () => {
    const path = join(folder, 'hostile.gguf');
    writeFileSync(path, hostileModel());
    const hostile = htmlOf(path);
    expect(malformed(hostile)).toEqual([]);
    const raw = ATTACKS.filter((attack) => /[<>"']/.test(attack) && withoutTexts(hostile).includes(attack));
    expect(raw).toEqual([]);
    expect([...hostile.matchAll(/<script type="application\/json" id="report">([^<>]*)<\/script>/g)]).toHaveLength(1);
    expect(hostile).toContain('&lt;script&gt;window.pwned=1&lt;/script&gt;');
    expect(hostile).toContain('&amp;lt;script&amp;gt;');
  });

  it('stays below 1 MB for an 8B model and a prompt of 12 tokens', () => {
    const path = join(folder, '8b.gguf');
    writeFileSync(path, modelOf8B());
    const report = JSON.parse(run(['explain', path, '--json', '--full']).stdout);
    const page = [...renderHtmlPage(withStoryOf8B(report, run(['explain', TINY, '--json', '--full']).stdout))].join('');
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
    expect(Buffer.byteLength(page)).toBeGreaterThan(400_000);
  });
});

describe('--format of explain', () => {
  it('computes with the given prompt, and says what it cannot compute', () => {
    const asked = htmlOf(TINY, '--prompt', 'Once upon a time');
    expect(asked).toContain('<q>Once upon a time</q>');
    expect(htmlOf(TINY, '--tokens', '1,616')).toContain('<bdi>▁Hello</bdi> <small>616</small>');
    const tokens = run(['explain', TINY, '--format', 'html', '--tokens', '1,9999']);
    expect([tokens.code, tokens.stdout]).toEqual([2, '']);
    expect(run(['explain', TINY, '--prompt', 'Hello']).stderr).toContain(
      '--prompt needs a page that computes a prompt',
    );
    const absent = htmlOf(join(FIXTURES_FOLDER, 'valid', 'clip.gguf'));
    expect(absent).toContain('No prompt was computed for this page: ');
  });

  it('writes the same for a model from a pipe, whose size is not known in advance', () => {
    const from = (page: string) => page.slice(page.indexOf('<section id="treemap"'), page.indexOf('<footer>'));
    const piped = run(['explain', '-', '--format', 'html'], { input: readFileSync(TINY) }).stdout;
    expect(from(piped)).toBe(from(htmlOf(TINY)));
  });

  it('is refused together with --json, which it includes as a choice', () => {
    expect(run(['explain', TINY, '--json', '--format', 'html']).code).toBe(2);
    expect(run(['explain', TINY, '--format', 'json']).stdout).toBe(run(['explain', TINY, '--json']).stdout);
    expect(run(['explain', TINY, '--format', 'text']).stdout).toBe(run(['explain', TINY]).stdout);
    expect(run(['explain', TINY, '--format', 'pdf']).code).toBe(2);
    expect(run(['explain', TINY, '--data', '--format', 'html']).code).toBe(2);
  });
});

/** Style sheet and script are not markup. */
function withoutTexts(page: string): string {
  return page.replace(/<(style|script)([^>]*)>[\s\S]*?<\/\1>/g, '<$1$2></$1>');
}

/** Errors in markup, by rules that are stricter than those of HTML: all elements closed, all attributes quoted, nothing raw. */
function malformed(page: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const rest = withoutTexts(page)
    .replace('<!DOCTYPE html>', '')
    .replace(/<(\/?)([a-zA-Z][\w]*)((?: [\w:-]+="[^"<>]*")*)(\/?)>/g, (_, end, name, __, empty) => {
      if (end === '' && empty === '') open.push(name);
      if (end !== '' && open.pop() !== name) wrong.push(`</${name}> closes nothing`);
      return '';
    });
  if (open.length > 0) wrong.push(`not closed: ${open.join(' ')}`);
  const raw = /[<>]|&(?!(?:amp|lt|gt|quot|#\d+);)/.exec(page === '' ? '<' : rest);
  return raw === null ? wrong : [...wrong, `raw ${rest.slice(raw.index, raw.index + 40)}`];
}
