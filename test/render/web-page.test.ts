/**
 * The page in the browser, without an installation: the user drops a file or types an address, the header is read in slices, and no data
 * leaves the browser.
 */

import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER, run } from '../cli/run.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { splitModel } from '../support/split-model.js';
import { brokenRules, CHROMIUM, launchBrowser, openPage } from './browser.js';
import { ATTACKS, hostileModel, modelOf8B, modelOfSomeSeconds } from './html-models.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const WEB = join(PROJECT_FOLDER, 'dist', 'web', 'index.html');

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
const large = join(folder, 'large.gguf');
const SIZE = 5 * 2 ** 30;
const middle = join(folder, 'middle.gguf');
const shards: string[] = [];

describe('the Buffer for browsers', () => {
  it('does the same as that of Node', async () => {
    const { Buffer: Own } = (await import(join(PROJECT_FOLDER, 'src', 'web', 'buffer.js'))) as {
      Buffer: typeof Buffer;
    };
    const bytes = Buffer.from('0a00ff7f80c3a9f09f9880efbbbf41', 'hex');
    const look = (buffer: Buffer) => [
      ...(['utf8', 'latin1', 'hex'] as const).map((encoding) => buffer.toString(encoding, 1, 13)),
      ...[
        buffer.readInt32LE(2),
        buffer.readUInt32LE(2),
        buffer.readUInt32BE(3),
        buffer.subarray(4).readUInt32LE(1),
        buffer.equals(bytes),
      ],
      ...[[...Own.concat([buffer, buffer.subarray(2)])], Own.byteLength(buffer.toString()), Own.alloc(3).length],
    ];
    for (const own of [
      Own.from(bytes),
      Own.from(bytes.toString('hex'), 'hex'),
      Own.from(bytes.toString('base64'), 'base64'),
    ])
      expect(look(own)).toEqual(look(bytes));
    expect([...Own.from('é😀')]).toEqual([...Buffer.from('é😀')]);
    const part = Uint8Array.from(bytes).buffer;
    expect([...Own.from(part, 3, 5)]).toEqual([...Buffer.from(part, 3, 5)]);
  });
});

describe.skipIf(CHROMIUM === undefined)('the page in the browser (needs Chromium: CHROMIUM says where it is)', () => {
  let browser: Browser;
  let server: Server;
  let origin: string;
  const ranges: string[] = [];
  beforeAll(async () => {
    execFileSync(process.execPath, [join(PROJECT_FOLDER, 'bin', 'build-web.mjs')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(large, modelOf8B());
    // A sparse file takes no space on the disk.
    truncateSync(large, SIZE);
    writeFileSync(middle, modelOfSomeSeconds());
    truncateSync(middle, 220 * 2 ** 20);
    for (const { fileName, bytes } of await splitModel(readFileSync(TINY), 'tiny', 3)) {
      shards.push(join(folder, fileName));
      writeFileSync(join(folder, fileName), bytes);
    }
    browser = await launchBrowser();
    server = createServer(({ url = '', headers: { range, referer, cookie } }, response) => {
      const [, from = '0', to = '0'] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
      ranges.push(`${range}${referer ?? ''}${cookie ?? ''}`);
      const open = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'content-range' };
      const path = join(folder, basename(url));
      const size = statSync(path, { throwIfNoEntry: false })?.size;
      if (size === undefined) {
        response.writeHead(404, open).end();
        return;
      }
      const bytes = Buffer.alloc(Math.min(Number(to) + 1, size) - Number(from));
      const file = openSync(path, 'r');
      readSync(file, bytes, 0, bytes.length, Number(from));
      closeSync(file);
      response.writeHead(206, { ...open, 'content-range': `bytes ${from}-${to}/${size}` }).end(bytes);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true });
  });

  const sectionsOf = (page: Page) =>
    page.locator('main > section:not(#ask)').evaluateAll((all) => all.map((one) => one.outerHTML));
  const ask = async (page: Page, prompt: string) => {
    await page.getByLabel('Prompt', { exact: true }).fill(prompt);
    await page.getByRole('button', { name: 'Compute' }).click();
  };
  const dropped = async (page: Page, path: string) => {
    const client = await page.context().newCDPSession(page);
    const at = { x: 300, y: 300, data: { items: [], files: [path], dragOperationsMask: 1 } };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await client.send('Input.dispatchDragEvent', { type, ...at });
  };

  it('shows the page that explain writes for a file, with the usual prompt', async () => {
    const { page, said, requests, close } = await openPage(browser, WEB, { javaScriptEnabled: true });
    await page.setInputFiles('#file', TINY);
    await page.locator('#next').waitFor();
    expect(await page.title()).toBe('Tiny Stories 1.6M – what is in the file');
    const inBrowser = await sectionsOf(page);
    const written = join(folder, 'written.html');
    writeFileSync(written, run(['explain', TINY, '--format', 'html']).stdout);
    const other = await openPage(browser, written);
    expect(inBrowser).toEqual(await sectionsOf(other.page));
    await page.locator('#query').fill('attn_q');
    expect(await page.locator('#tensors > tbody').count()).toBe(1);
    expect({ said, requests }).toEqual({ said: [], requests: [] });
    await Promise.all([close(), other.close()]);
  });

  it('reads only the header of a dropped file of 5 GiB', async () => {
    const { page, said, requests, close } = await openPage(browser, WEB);
    await dropped(page, large);
    await page.locator('#tensors').waitFor();
    expect(await page.locator('h1').textContent()).toBe('Eight');
    expect(await page.locator('dl.facts').textContent()).toContain('5.00 GiB');
    expect(await page.locator('#computing').textContent()).toBe(
      'This model has 4.58 GiB of weights, and this page computes prompts with up to 4.00 GiB.',
    );
    expect(await page.getByLabel('Prompt', { exact: true }).isVisible()).toBe(false);
    expect({ said, requests }).toEqual({ said: [], requests: [] });
    await close();
  });

  it('requests only the first bytes of an address, and nothing else', async () => {
    const { page, said, requests, close } = await openPage(browser, WEB);
    await page.getByLabel('Or write the address').fill(`${origin}/models/large.gguf`);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.locator('#tensors').waitFor();
    expect(await page.locator('h1').textContent()).toBe('Eight');
    expect(ranges).toEqual(['bytes=0-262143']);
    expect(await page.locator('#computing').textContent()).toContain('The weights are not on this machine.');
    expect({ said, requests }).toEqual({ said: [], requests: [`${origin}/models/large.gguf`] });
    await close();
  });

  it('reads the shards of a split model as one', async () => {
    const { page, said, requests, close } = await openPage(browser, WEB);
    await page.setInputFiles('#file', [TINY, shards[0] as string]);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('these 2 files are 2 models');
    await page.setInputFiles('#file', shards.toReversed());
    await page.locator('#next').waitFor();
    const written = join(folder, 'written-split.html');
    writeFileSync(written, run(['explain', shards[0] as string, '--format', 'html']).stdout);
    const other = await openPage(browser, written);
    expect(await sectionsOf(page)).toEqual(await sectionsOf(other.page));
    expect({ said, requests }).toEqual({ said: [], requests: [] });
    await Promise.all([close(), other.close()]);
  });

  it('finds the other shards of an address, and names the missing ones', async () => {
    const [first, , third] = shards as [string, string, string];
    rmSync(third);
    const { page, said, requests, close } = await openPage(browser, WEB);
    await page.getByLabel('Or write the address').fill(`${origin}/models/tiny-00002-of-00003.gguf`);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.locator('#tensors').waitFor();
    const found = JSON.parse(run(['explain', first, '--json']).stdout) as {
      findings: { code: string; message: string }[];
    };
    const missing = found.findings.find(({ code }) => code === 'shard-missing');
    expect(await page.locator('#findings').textContent()).toContain(missing?.message);
    expect(requests.map((address) => basename(address)).sort()).toEqual(shards.map((path) => basename(path)));
    expect(said.filter((text) => !text.includes('404'))).toEqual([]);
    await close();
  });

  it('explains an error in words, and accepts the next file', async () => {
    const { page, said, close } = await openPage(browser, WEB);
    const problem = page.getByRole('alert');
    await page.getByLabel('Or write the address').fill('model.gguf');
    await page.getByRole('button', { name: 'Explain' }).click();
    await expect.poll(() => problem.textContent()).toContain('"model.gguf" is not the address of a file');
    await page.getByLabel('Or write the address').fill('http://127.0.0.1:1/model.gguf');
    await page.getByRole('button', { name: 'Explain' }).click();
    await expect.poll(() => problem.textContent()).toContain('127.0.0.1:1 gave no answer');
    await page.setInputFiles('#file', { name: 'a.gguf', mimeType: '', buffer: readFileSync(TINY).subarray(0, 9000) });
    await expect.poll(() => problem.textContent()).toContain('the end of the file at byte 9000');
    await page.setInputFiles('#file', { name: 'b.gguf', mimeType: '', buffer: Buffer.from('<!DOCTYPE html><html>') });
    await expect.poll(() => problem.textContent()).toContain('HTML');
    await page.setInputFiles('#file', { name: 'c.gguf', mimeType: '', buffer: Buffer.alloc(9000, 1) });
    await expect.poll(() => problem.textContent()).toContain('the letters GGUF');
    await page.setInputFiles('#file', TINY);
    await page.locator('#tensors').waitFor();
    expect(said.filter((text) => !text.includes('ERR_'))).toEqual([]);
    await close();
  });

  it('runs no script from a model', async () => {
    const { page, said, requests, close } = await openPage(browser, WEB);
    await page.setInputFiles('#file', {
      name: '<img src=x onerror=pwned=1>.gguf',
      mimeType: '',
      buffer: Buffer.from(hostileModel()),
    });
    await page.locator('#tensors').waitFor();
    await page.locator('#query').fill('<script>');
    expect(await page.evaluate("'pwned' in window")).toBe(false);
    expect(await page.locator('img, iframe, base, body link').count()).toBe(0);
    expect({ said, requests }).toEqual({ said: [], requests: [] });
    await close();
  });

  it('computes a typed prompt, and shows it as text', async () => {
    const { page, said, requests, close } = await openPage(browser, WEB, { viewport: { width: 400, height: 900 } });
    expect(await brokenRules(page)).toEqual([]);
    await page.setInputFiles('#file', TINY);
    await page.locator('#next').waitFor();
    const status = page.locator('#computing');
    expect(await status.textContent()).toContain('shows the prompt “Hello world”');
    await ask(page, 'Lily found a red ball');
    await expect.poll(() => status.textContent()).toContain('“Lily found a red ball”');
    expect(await page.locator('#heat caption').textContent()).toBe('Attention weights of layer 0, head 0');
    const flow = run(['flow', TINY, 'Lily found a red ball', '--json']).stdout;
    const [best] = (JSON.parse(flow) as { next: { piece: string }[] }).next;
    expect(await page.locator('#next tbody tr').first().textContent()).toContain(best?.piece.trim());
    const prompt = `</script>${ATTACKS[1]}\u202e`;
    await ask(page, prompt);
    await expect.poll(() => status.locator('bdi').textContent()).toBe(prompt);
    expect(await brokenRules(page)).toEqual([]);
    await ask(page, 'word '.repeat(200));
    await expect.poll(() => status.textContent()).toContain('the page has room for 128');
    await ask(page, '');
    await expect.poll(() => status.textContent()).toContain('the prompt has no tokens');
    expect(await page.evaluate("'pwned' in window")).toBe(false);
    expect(await page.locator('img, iframe, base, body link').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect({ said, requests }).toEqual({ said: [], requests: [] });
    await close();
  });

  it('stops a computation, responds meanwhile, and computes the next one', async () => {
    const { page, said, close } = await openPage(browser, WEB);
    await page.setInputFiles('#file', middle);
    const stop = page.getByRole('button', { name: 'Stop' });
    await stop.waitFor();
    await page.locator('#query').fill('attn_q');
    expect(await page.locator('#tensors > tbody').count()).toBe(1);
    await expect.poll(() => page.locator('#computing').textContent()).toContain('Computing the prompt: ');
    await stop.click();
    expect(await page.locator('#computing').textContent()).toBe('The computation was stopped.');
    expect(await stop.isVisible()).toBe(false);
    expect(await page.locator('#tensors > tbody').count()).toBe(1);
    await ask(page, 'Hello');
    await stop.waitFor();
    expect(said).toEqual([]);
    await close();
  });

  it('says why no prompt can be computed', async () => {
    const { page, said, close } = await openPage(browser, WEB);
    await page.setInputFiles('#file', join(FIXTURES_FOLDER, 'valid', 'image-model.gguf'));
    await page.locator('#tensors').waitFor();
    expect(await page.locator('#computing').textContent()).toContain(
      'No prompt can be computed with this file: not a language model but Flux',
    );
    expect(await page.locator('#ask-form').isVisible()).toBe(false);
    expect(said).toEqual([]);
    await close();
  });

  it('is as small as the guide says', () => {
    const kilobytes = gzipSync(readFileSync(WEB), { level: 9 }).length / 1000;
    const [, told] = /\((\d+) KB in gzip/.exec(readFileSync(join(PROJECT_FOLDER, 'docs', 'web.md'), 'utf8')) ?? [];
    expect(Math.abs(kilobytes - Number(told))).toBeLessThan(3);
    expect(kilobytes).toBeLessThan(240);
  });

  it('has a policy that names each of its scripts', () => {
    const page = readFileSync(WEB, 'utf8');
    const policy = /content="(default-src[^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+' 'sha256-[^']+'; style-src 'sha256-[^']+';/);
    expect(policy).not.toMatch(/unsafe/);
    expect(page).not.toContain(pathToFileURL(PROJECT_FOLDER).href);
    expect(page).not.toContain(PROJECT_FOLDER);
  });
});
