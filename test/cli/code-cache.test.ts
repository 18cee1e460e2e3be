/** Compiled code that an installed package keeps in the user's cache folder: it affects only how fast the program starts. */

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER, plainEnvironment, run } from './run.js';

const MODEL = 'fixtures/tiny-stories-Q4_K_M.gguf';
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-installed-'));
const caches = join(folder, 'caches');

/** The package as it is installed: without the compiled code that a build keeps beside the program. */
beforeAll(() => {
  for (const name of ['bin', 'package.json'])
    cpSync(join(PROJECT_FOLDER, name), join(folder, name), { recursive: true });
  const dist = join(PROJECT_FOLDER, 'dist');
  cpSync(dist, join(folder, 'dist'), { recursive: true, filter: (path) => !path.endsWith('.cache') });
});
beforeEach(() => rmSync(caches, { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

function installed(args: readonly string[], env: Record<string, string> = {}): { stdout: string; stderr: string } {
  const { GGUF_EXPLAIN_CODE_CACHE: _, ...plain } = plainEnvironment();
  const program = join(folder, 'bin', 'gguf-explain.cjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], {
    cwd: PROJECT_FOLDER,
    env: { ...plain, XDG_CACHE_HOME: caches, ...env },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return { stdout, stderr };
}

/** The cached files, by name. */
function kept(): string[] {
  const top = join(caches, 'gguf-explain');
  return existsSync(top) ? readdirSync(top).flatMap((name) => readdirSync(join(top, name))) : [];
}

function keptPath(): string {
  const top = join(caches, 'gguf-explain');
  const [build = ''] = readdirSync(top);
  return join(top, build);
}

const page = run([MODEL]).stdout;

describe.skipIf(process.platform !== 'linux')('compiled code', () => {
  it('is kept by the first run, only for this user, and does not change the output', () => {
    expect(installed([MODEL])).toEqual({ stdout: page, stderr: '' });
    // The model is small, so its page has an example, which a separate piece computes.
    const forThePage = ['example.cjs.page.cache', 'plain-common.cjs.page.cache', 'plain-explain.cjs.page.cache'];
    expect(kept()).toEqual(forThePage);
    expect(installed([MODEL])).toEqual({ stdout: page, stderr: '' });
    expect(installed(['check', MODEL]).stdout).toBe(run(['check', MODEL]).stdout);
    expect(kept()).toEqual([
      'check-common.cjs.frugal.cache',
      'check.cjs.frugal.cache',
      ...forThePage.slice(0, 1),
      'model-values.cjs.frugal.cache',
      ...forThePage.slice(1),
    ]);
  });

  it('that is damaged is replaced', () => {
    installed([MODEL]);
    const path = join(keptPath(), 'plain-explain.cjs.page.cache');
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, 1000).fill(7, 20));
    expect(installed([MODEL])).toEqual({ stdout: page, stderr: '' });
    expect(readFileSync(path).length).toBeGreaterThan(whole.length / 2);
  });

  it('is not read from a folder that others can write to', () => {
    installed([MODEL]);
    const path = join(keptPath(), 'plain-explain.cjs.page.cache');
    chmodSync(keptPath(), 0o777);
    writeFileSync(path, 'whatever others put there');
    expect(installed([MODEL])).toEqual({ stdout: page, stderr: '' });
    expect(readFileSync(path, 'utf8')).toBe('whatever others put there');
  });

  it('is not kept where it cannot be written, or is turned off', () => {
    expect(installed([MODEL], { XDG_CACHE_HOME: '/proc/nowhere' })).toEqual({ stdout: page, stderr: '' });
    expect(installed([MODEL], { XDG_CACHE_HOME: '', HOME: '' })).toEqual({ stdout: page, stderr: '' });
    expect(installed([MODEL], { GGUF_EXPLAIN_CODE_CACHE: '0' })).toEqual({ stdout: page, stderr: '' });
    expect(kept()).toEqual([]);
  });
});
