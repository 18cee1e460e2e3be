/** A real browser for the tests of the page: Debian's chromium, driven by playwright-core. The tests are skipped where there is none. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** The path in CHROMIUM, or the first of the usual names that is in PATH. */
export const CHROMIUM = process.env.CHROMIUM ?? inPath(['chromium', 'chromium-browser', 'google-chrome', 'chrome']);

function inPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

export async function launchBrowser(): Promise<Browser> {
  // Chromium's sandbox does not start for root, which is the usual user in containers.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return await chromium.launch({ executablePath: CHROMIUM as string, args });
}

/** Code for the browser is passed as text, because Node does not know its names. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules of axe that a page breaks, each with the first element that breaks it. All folded parts are opened first. */
export async function brokenRules(page: Page): Promise<[rule: string, element: string | undefined][]> {
  await page.evaluate(AXE);
  await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return found.violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
}

export interface Opened {
  page: Page;
  /** Messages of the console, including policy violations, and errors of scripts. */
  said: string[];
  /** All requests except those for the page itself and for its script as a thread. */
  requests: string[];
  close(): Promise<void>;
}

/** Opens a file and records everything that a quiet page does not do. */
export async function openPage(browser: Browser, path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const address = pathToFileURL(path).href;
  const said: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('dialog', (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('blob:')) requests.push(request.url());
  });
  await page.goto(address);
  return { page, said, requests, close: () => context.close() };
}
