/** Checks that the picture in README.md shows what the program prints. After an intended change, `UPDATE_README=1 npm test` redraws it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_FOLDER, run } from '../cli/run.js';
import { pageText } from '../support/pages.js';
import { terminalPicture } from '../support/terminal-picture.js';

const COLUMNS = 100;
const NAME = 'docs/terminal-page.svg';
const PATH = join(PROJECT_FOLDER, NAME);
/** The last line of the picture; the rest of the page is shown as text. */
const LAST = 'TO RUN';

it('the picture is that of the page of the included model, in color', () => {
  const { stdout, code } = run(['demo'], { columns: COLUMNS, env: { FORCE_COLOR: '3' } });
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  const end = lines.findIndex((line) => line.includes(LAST)) + 1;
  expect(end).toBeGreaterThan(30);
  const title = 'gguf-explain demo: what is stored in a small model, how a token travels through it, what is computed';
  const picture = terminalPicture(['$ gguf-explain demo', '', ...lines.slice(0, end)], COLUMNS, title);
  if (process.env.UPDATE_README === '1') writeFileSync(PATH, picture);
  expect(readFileSync(PATH, 'utf8')).toBe(picture);
  expect(pageText('README.md')).toContain(`(${NAME})`);
});
