/**
 * Writes docs/model-page.png, the picture of the HTML page in docs/web.md, from the built program and the 8B-shaped model of the benchmark:
 * `npx tsx test/support/write-picture.ts`. It needs chromium, as the tests of the page do.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MODELS } from '../bench/models.js';
import { PROJECT_FOLDER, run } from '../cli/run.js';
import { launchBrowser, openPage } from '../render/browser.js';

/** In pixels of the page; the picture has four pixels for every five. */
const SIZE = { width: 1300, height: 1060 };
const SCALE = 0.8;

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
try {
  const model = MODELS.find(({ name }) => name === '8b')?.write(folder);
  if (model === undefined) throw new Error('the benchmark has no model 8b');
  const html = join(folder, 'page.html');
  writeFileSync(html, run(['explain', model.path, '--format', 'html']).stdout);
  const browser = await launchBrowser();
  const { page } = await openPage(browser, html, { viewport: SIZE, deviceScaleFactor: SCALE, colorScheme: 'light' });
  const picture = await page.screenshot({ type: 'png' });
  await browser.close();
  mkdirSync(join(PROJECT_FOLDER, 'docs'), { recursive: true });
  writeFileSync(join(PROJECT_FOLDER, 'docs', 'model-page.png'), picture);
  process.stdout.write(`docs/model-page.png, ${Math.ceil(picture.length / 1024)} KiB\n`);
} finally {
  rmSync(folder, { recursive: true });
}
