/**
 * Checks that the library examples of the pages print what the pages show: each block of JavaScript is run as a module of a project that
 * has the package and models. After an intended change, `UPDATE_README=1 npm test` rewrites the outputs.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as library from '../../src/index.js';
import { PROJECT_FOLDER, plainEnvironment } from '../cli/run.js';
import { TINY } from '../report/reports.js';
import { PAGES, pageText } from '../support/pages.js';

const EXAMPLE = /^```js\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm;
const WITH_EXAMPLES = PAGES.filter((page) => /^```(?:js|text)$/m.test(pageText(page)));
const LIBRARY = pageText('docs/library.md');

function projectWithModel(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-docs-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(PROJECT_FOLDER, join(folder, 'node_modules', 'gguf-explain'), 'junction');
  mkdirSync(join(folder, 'models'));
  for (const name of ['model.gguf', join('models', 'stories.gguf')]) copyFileSync(TINY, join(folder, name));
  return folder;
}

describe('the examples', () => {
  const folder = projectWithModel();
  afterAll(() => rmSync(folder, { recursive: true }));

  function outputOf(code: string): string {
    writeFileSync(join(folder, 'example.mjs'), code);
    const options = { cwd: folder, encoding: 'utf8', env: plainEnvironment() } as const;
    const { stdout, stderr } = spawnSync(process.execPath, ['example.mjs'], options);
    return stdout + stderr;
  }

  it.each(WITH_EXAMPLES)(
    'of %s print what it shows',
    (name) => {
      const page = pageText(name);
      const renewed = page.replace(
        EXAMPLE,
        (_, code: string) => `\`\`\`js\n${code}\`\`\`\n\n\`\`\`text\n${outputOf(code)}\`\`\``,
      );
      if (process.env.UPDATE_README === '1') writeFileSync(join(PROJECT_FOLDER, name), renewed);
      else expect(page).toBe(renewed);
    },
    120_000,
  );

  it.each(WITH_EXAMPLES)('of %s each have an output', (name) => {
    const page = pageText(name);
    const blocks = [...page.matchAll(/^```js$/gm)].length;
    expect([...page.matchAll(EXAMPLE)].length).toBe(blocks);
    expect([...page.matchAll(/^```text$/gm)].length).toBe(blocks);
  });
});

describe('docs/library.md', () => {
  it('describes each function, and shows it in an example', () => {
    const examples = [...LIBRARY.matchAll(EXAMPLE)].map(([, code]) => code).join('\n');
    const names = Object.entries(library).flatMap(([name, value]) =>
      typeof value === 'function' && /^[a-z]/.test(name) ? [name] : [],
    );
    expect(names.filter((name) => !LIBRARY.includes(`\`${name}`))).toEqual([]);
    const shown = names.filter((name) => LIBRARY.includes(`### \`${name}(`));
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((name) => !new RegExp(`\\b${name}\\(`).test(examples))).toEqual([]);
  });
});
