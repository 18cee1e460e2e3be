/**
 * What docs/library.md shows is what its examples print: each block of JavaScript is run as a module of a project that has the package
 * and models. After a change that was meant, `UPDATE_README=1 npm test` writes the outputs anew.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as library from '../../src/index.js';
import { PROJECT_FOLDER, plainEnvironment } from '../cli/run.js';
import { TINY } from '../report/reports.js';

const PATH = join(PROJECT_FOLDER, 'docs', 'library.md');
const EXAMPLE = /^```js\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm;
const page = readFileSync(PATH, 'utf8');

function projectWithModel(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-docs-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(PROJECT_FOLDER, join(folder, 'node_modules', 'gguf-explain'), 'junction');
  mkdirSync(join(folder, 'models'));
  for (const name of ['model.gguf', join('models', 'stories.gguf')]) copyFileSync(TINY, join(folder, name));
  return folder;
}

describe('docs/library.md', () => {
  const folder = projectWithModel();
  afterAll(() => rmSync(folder, { recursive: true }));

  function outputOf(code: string): string {
    writeFileSync(join(folder, 'example.mjs'), code);
    const options = { cwd: folder, encoding: 'utf8', env: plainEnvironment() } as const;
    const { stdout, stderr } = spawnSync(process.execPath, ['example.mjs'], options);
    return stdout + stderr;
  }

  it('shows what its examples print', () => {
    const renewed = page.replace(
      EXAMPLE,
      (_, code: string) => `\`\`\`js\n${code}\`\`\`\n\n\`\`\`text\n${outputOf(code)}\`\`\``,
    );
    if (process.env.UPDATE_README === '1') writeFileSync(PATH, renewed);
    else expect(page).toBe(renewed);
  }, 120_000);

  it('has an output for each example', () => {
    const blocks = [...page.matchAll(/^```js$/gm)].length;
    expect(blocks).toBeGreaterThan(10);
    expect([...page.matchAll(EXAMPLE)].length).toBe(blocks);
  });

  it('tells of each function, and shows it in an example', () => {
    const examples = [...page.matchAll(EXAMPLE)].map(([, code]) => code).join('\n');
    const names = Object.entries(library).flatMap(([name, value]) =>
      typeof value === 'function' && /^[a-z]/.test(name) ? [name] : [],
    );
    expect(names.filter((name) => !page.includes(`\`${name}`))).toEqual([]);
    const shown = names.filter((name) => page.includes(`### \`${name}(`));
    expect(shown.filter((name) => !new RegExp(`\\b${name}\\(`).test(examples))).toEqual([]);
  });
});
