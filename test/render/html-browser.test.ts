/** The HTML page in a real browser: it loads nothing, it can be searched, it fits, and it can be used without sight, mouse or script. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../cli/run.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { brokenRules, CHROMIUM, launchBrowser, openPage } from './browser.js';
import { hostileModel, hostileStory, modelThatDoesNotFold } from './html-models.js';

const MODELS = {
  tiny: join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf'),
  experts: join(FIXTURES_FOLDER, 'valid', 'qwen3moe.gguf'),
  flawed: join(FIXTURES_FOLDER, 'flawed', 'shape-disagrees--query.gguf'),
};

/** Code for the browser is passed as text, because Node does not know its names. */
const AUDIT = readFileSync(new URL('page-audit.js', import.meta.url), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
const pageOf = (name: string) => join(folder, `${name}.html`);

describe.skipIf(CHROMIUM === undefined)('the page in Chromium (needs Chromium: CHROMIUM says where it is)', () => {
  let browser: Browser;
  beforeAll(async () => {
    const hostile = join(folder, 'hostile.gguf');
    writeFileSync(hostile, hostileModel());
    for (const [name, path] of Object.entries({ ...MODELS, hostile })) {
      writeFileSync(pageOf(name), run(['explain', path, '--format', 'html']).stdout);
    }
    writeFileSync(pageOf('hostile-story'), hostileStory(run(['explain', MODELS.tiny, '--json', '--full']).stdout));
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it.each(['tiny', 'experts', 'flawed', 'hostile', 'hostile-story'])(
    'of %s loads nothing, reports no errors, and fits every width',
    async (name) => {
      const { page, said, requests, close } = await openPage(browser, pageOf(name));
      for (const width of [360, 400, 800, 1400]) {
        await page.setViewportSize({ width, height: 900 });
        const [content, room] = await page.evaluate<[number, number]>(
          '[document.documentElement.scrollWidth, innerWidth]',
        );
        expect(content, `${width} px`).toBeLessThanOrEqual(room);
      }
      expect({ said, requests }).toEqual({ said: [], requests: [] });
      await close();
    },
  );

  it.each(['hostile', 'hostile-story'])('of %s runs no script from a model', async (name) => {
    const { page, said, requests, close } = await openPage(browser, pageOf(name));
    await page.locator('summary').first().click();
    await page.locator('#query').fill('<script>');
    await page.locator('#query').fill('');
    for (const cell of await page.locator('#heat td').all()) await cell.hover();
    await page.mouse.move(400, 300);
    const found = await page.evaluate(`({
      pwned: 'pwned' in window,
      scripts: [...document.scripts].filter(({ type }) => type === '').length,
      foreign: document.querySelectorAll('img,iframe,base,body link,object,embed,[onload],[onerror],[onmouseover]').length,
      links: [...document.links].map((link) => link.getAttribute('href')).filter((href) => !/^#[\\w-]+$/.test(href)),
      report: typeof JSON.parse(document.getElementById('report').textContent).file.name,
    })`);
    expect(found).toEqual({ pwned: false, scripts: 1, foreign: 0, links: [], report: 'string' });
    expect(await page.locator('h1').textContent()).toContain('<script>window.pwned=1</script>');
    expect({ said, requests }).toEqual({ said: [], requests: [] });
    await close();
  });

  it('has a policy that the browser enforces', async () => {
    const { page, said, requests, close } = await openPage(browser, pageOf('tiny'));
    const pwned = await page.evaluate(`(() => {
      document.body.insertAdjacentHTML('beforeend', '<img src="data:image/png;base64,AA" onerror="window.pwned=1">');
      const script = document.createElement('script');
      script.textContent = 'window.pwned=1';
      document.body.append(script);
      document.body.setAttribute('style', 'opacity:0');
      return 'pwned' in window || getComputedStyle(document.body).opacity === '0';
    })()`);
    expect(pwned).toBe(false);
    expect(said.length).toBeGreaterThanOrEqual(3);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([]);
    await close();
  });

  it('finds tensors by name, layer, role and type', async () => {
    const { page, close } = await openPage(browser, pageOf('tiny'));
    const rows = page.locator('#tensors > tbody:not([hidden])');
    const all = await rows.count();
    expect(all).toBeGreaterThan(10);
    await page.getByLabel('Search').pressSequentially('blk.1.attn_q');
    expect(await rows.count()).toBe(1);
    expect(await page.locator('#matches').textContent()).toBe(`1 of ${all} rows`);
    await page.locator('#query').fill('FEED-forward q6_k');
    expect(await rows.locator('th[scope=row]').first().textContent()).toContain('ffn_down');
    await page.locator('#query').fill('nothing of the kind');
    expect(await rows.count()).toBe(0);
    await page.locator('#query').fill('');
    expect(await rows.count()).toBe(all);
    await close();
  });

  it('sorts tensors by size and back, and announces it', async () => {
    const { page, close } = await openPage(browser, pageOf('tiny'));
    const bytes = () =>
      page
        .locator('#tensors > tbody')
        .evaluateAll((bodies) => bodies.map((body) => Number(body.getAttribute('data-bytes'))));
    const before = await bytes();
    const head = page.locator('#tensors > thead th', { hasText: 'Bytes' });
    await head.getByRole('button').click();
    expect(await bytes()).toEqual([...before].sort((a, b) => b - a));
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    await head.getByRole('button').click();
    expect(await bytes()).toEqual([...before].sort((a, b) => a - b));
    await page.locator('#tensors > thead th').first().getByRole('button').click();
    expect(await bytes()).toEqual(before);
    await close();
  });

  it('shows the rows of a long table on request', async () => {
    const many = join(folder, 'many.gguf');
    writeFileSync(many, modelThatDoesNotFold(16_384));
    const written = run(['explain', many, '--format', 'html']).stdout;
    expect(written.length).toBeLessThan(16_000_000);
    writeFileSync(pageOf('many'), written);
    const { page, said, close } = await openPage(browser, pageOf('many'));
    const rows = page.locator('#tensors > tbody');
    expect(await rows.count()).toBe(200);
    await page.getByRole('button', { name: 'Show 200 more rows' }).click();
    expect(await rows.count()).toBe(400);
    await page.locator('#query').fill('partcn3x.thing');
    expect(await rows.locator('th').allTextContents()).toEqual(['partcn3x.thing.weight']);
    expect(await page.locator('#matches').textContent()).toBe('1 of 16,384 rows');
    expect(await page.locator('#more-rows').isVisible()).toBe(false);
    await page.locator('#query').fill('');
    await page.locator('#tensors > thead th').first().getByRole('button').click();
    await page.locator('#tensors > thead th').first().getByRole('button').click();
    expect(await rows.first().getAttribute('data-at')).toBe('16383');
    expect(said).toEqual([]);
    await close();
  });

  it('shows another layer and head, by pointer and by keys', async () => {
    const { page, said, close } = await openPage(browser, pageOf('tiny'));
    const weights = () => page.locator('#heat td:not(.none)').allTextContents();
    const [first, words] = [await weights(), page.locator('#heat-words')];
    const score = page.locator('#head-table tbody tr').last().locator('td').nth(1);
    const before = await score.textContent();
    await page.getByLabel('Head', { exact: true }).selectOption('4');
    expect(await weights()).not.toEqual(first);
    expect(await score.textContent()).not.toBe(before);
    expect(await page.locator('#numbers-head').textContent()).toBe('4');
    expect(await page.locator('#head-numbers').isVisible()).toBe(true);
    await page.getByLabel('Layer', { exact: true }).selectOption({ label: '1' });
    expect(await page.locator('#heat caption').textContent()).toBe('Attention weights of layer 1, head 4');
    expect(await page.locator('#head-numbers').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Head 0' }).click();
    await page.getByLabel('Layer', { exact: true }).selectOption({ label: '0' });
    expect(await weights()).toEqual(first);
    expect(await score.textContent()).toBe(before);
    await page.locator('#heat td:not(.none)').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await words.textContent()).toBe(`“▁Hello” attends to “▁Hello” with ${first[2]}`);
    await page.locator('#heat tbody tr').last().locator('td').first().hover();
    expect(await words.textContent()).toBe(`“▁world” attends to “<s>” with ${first[3]}`);
    expect(said).toEqual([]);
    await close();
  });

  it('shows the memory for a chosen context', async () => {
    const { page, close } = await openPage(browser, pageOf('experts'));
    const { memory } = JSON.parse(run(['explain', MODELS.experts, '--json', '--full']).stdout) as {
      memory: { curve: { contextLength: number }[] };
    };
    const slider = page.getByLabel('Context', { exact: true });
    await slider.press('Home');
    const shortest = memory.curve[0]?.contextLength;
    expect(await page.locator('#context-words').textContent()).toContain(`${shortest} tokens: `);
    const before = await page.locator('#context-words b').textContent();
    await slider.press('End');
    expect(await page.locator('#context-words b').textContent()).not.toBe(before);
    await close();
  });

  it('draws many layers as a stack, and a single one as one', async () => {
    const { page, close } = await openPage(browser, pageOf('tiny'));
    expect(await page.locator('.flow .repeated strong').allTextContents()).toEqual(['2 layers']);
    await close();
    const one = await openPage(browser, pageOf('experts'));
    expect(await one.page.locator('.flow strong', { hasText: '1 layer' }).count()).toBe(1);
    expect(await one.page.locator('.flow .repeated').count()).toBe(0);
    await one.close();
  });

  it('is light or dark by the reader’s setting, and can be switched', async () => {
    const { page, close } = await openPage(browser, pageOf('tiny'), { colorScheme: 'dark' });
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const dark = await background();
    const button = page.getByRole('button', { name: 'Dark theme' });
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await button.click();
    expect(await background()).not.toBe(dark);
    await page.emulateMedia({ colorScheme: 'light' });
    await button.click();
    expect(await background()).toBe(dark);
    await page.reload();
    expect(await background()).toBe(dark);
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await close();
  });

  it.each([
    ['tiny', 'light'],
    ['tiny', 'dark'],
    ['experts', 'light'],
  ] as const)('of %s in %s breaks no rule of axe', async (name, colorScheme) => {
    const { page, close } = await openPage(browser, pageOf(name), { colorScheme });
    expect(await brokenRules(page)).toEqual([]);
    await close();
  });

  it.each(['light', 'dark'] as const)(
    'can be read in %s: every text has a contrast of 4.5 to 1',
    async (colorScheme) => {
      for (const name of ['tiny', 'flawed']) {
        const { page, close } = await openPage(browser, pageOf(name), { colorScheme });
        await page.evaluate(AUDIT);
        expect(await page.evaluate('audit.lowContrasts()')).toEqual([]);
        await close();
      }
    },
  );

  it('can be used without sight or mouse', async () => {
    const { page, close } = await openPage(browser, pageOf('experts'));
    await page.evaluate(AUDIT);
    expect(await page.evaluate('audit.nameless()')).toEqual([]);
    const levels = await page.locator('h1,h2,h3').evaluateAll((heads) => heads.map((head) => Number(head.tagName[1])));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level, i) => level - (levels[i - 1] ?? 0) > 1)).toEqual([]);
    for (const role of ['banner', 'navigation', 'main', 'contentinfo', 'search'] as const) {
      expect(await page.getByRole(role).count(), role).toBe(1);
    }
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.id')).toBe('main');
    await close();
  });

  it('is complete without JavaScript', async () => {
    const { page, said, close } = await openPage(browser, pageOf('tiny'), { javaScriptEnabled: false });
    expect(await page.locator('#tensors > tbody').count()).toBeGreaterThan(10);
    expect(await page.locator('#query').isVisible()).toBe(false);
    expect(await page.getByRole('button').count()).toBe(0);
    expect(await page.getByRole('combobox').count()).toBe(0);
    expect(await page.locator('#heat td:not(.none)').count()).toBe(6);
    await page.getByRole('radio', { name: 'By type' }).check();
    expect(await page.getByRole('img', { name: /^Treemap of .* by quantization type/ }).isVisible()).toBe(true);
    await page.getByRole('radio', { name: 'By role' }).check();
    expect(await page.getByRole('img', { name: /^Treemap of 895 KiB/ }).isVisible()).toBe(true);
    const formula = page.getByText('q = W_q · x (+ b_q)');
    expect(await formula.isVisible()).toBe(false);
    await page.getByText("Turns each token's vector into the query").click();
    expect(await formula.isVisible()).toBe(true);
    expect(said).toEqual([]);
    await close();
  });

  it('can be printed: black on white, without the parts for screens', async () => {
    const { page, close } = await openPage(browser, pageOf('tiny'), { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    const colors = await page.evaluate(
      '[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]',
    );
    expect(colors).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
    for (const hidden of ['nav', '#theme', '#search'])
      expect(await page.locator(hidden).isVisible(), hidden).toBe(false);
    // Anything wider than an A4 sheet between its margins would be cut off.
    await page.setViewportSize({ width: 690, height: 1000 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(690);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
    await close();
  });
});
