/**
 * Checks that the statements of CONTRIBUTING.md about the development install are true: the number of packages, all large ones, their
 * sizes, and the tools beside them.
 */

import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../cli/run.js';

const [, section = ''] = readFileSync(join(PROJECT_FOLDER, 'CONTRIBUTING.md'), 'utf8').split(
  '## What the development install holds\n',
);

interface Row {
  names: string[];
  megabytes: number;
}

/** The rows of the two tables, of the packages and of the tools. */
const [packages = [], tools = []] = section
  .split(/\n## |\nTwo tools /)
  .slice(0, 2)
  .map((part) =>
    [...part.matchAll(/^\| (`[^|]*) \| (\d+) \|/gm)].map(
      ([, cell = '', size]): Row => ({
        names: [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
        megabytes: Number(size),
      }),
    ),
  );
const named = packages.flatMap(({ names }) => names);

const MODULES = join(PROJECT_FOLDER, 'node_modules');

/** Bytes of the packages by name; packages for one system and processor are counted under the common name: `@biomejs/cli`. */
function installed(): Map<string, number> {
  const sizes = new Map<string, number>();
  const seen = new Set<number>();
  const folders = readdirSync(MODULES).filter((name) => !name.startsWith('.'));
  for (const folder of folders.flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(MODULES, name)).map((inner) => `${name}/${inner}`) : [name],
  )) {
    const name = folder.replace(/[-/](?:linux|darwin|win32)-.*$/, '');
    sizes.set(name, (sizes.get(name) ?? 0) + bytesOf(join(MODULES, folder), seen));
  }
  return sizes;
}

/** A file with two names is counted once: esbuild makes a hard link to its program. */
function bytesOf(path: string, seen: Set<number>): number {
  const status = lstatSync(path);
  if (status.isDirectory()) return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name), seen), 0);
  if (seen.has(status.ino)) return 0;
  seen.add(status.ino);
  return status.size;
}

describe('the development install', () => {
  it('is listed package by package', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
    const wanted = Object.keys(devDependencies);
    expect(wanted.filter((name) => !named.includes(name))).toEqual([]);
    // The others are dependencies of these.
    expect(named.filter((name) => !wanted.includes(name)).sort()).toEqual([
      ...['@biomejs/cli', '@esbuild', '@huggingface/tasks', '@rolldown/binding', 'lightningcss'],
    ]);
  });

  it('has no package of 5 MB or more without a stated purpose', () => {
    const large = [...installed()].filter(([, bytes]) => bytes >= 5e6).map(([name]) => name);
    expect(large.filter((name) => !named.includes(name))).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('has the stated size', () => {
    const sizes = installed();
    const wrong = packages.flatMap(({ names, megabytes }) => {
      const real = names.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0) / 1e6;
      return Math.abs(real - megabytes) <= Math.max(3, megabytes / 4) ? [] : [`${names[0]}: ${real.toFixed(1)} MB`];
    });
    expect(wrong).toEqual([]);
  });

  it('is accompanied by the listed tools, each with a lock file', () => {
    const folder = join(PROJECT_FOLDER, 'tools');
    expect(tools.map(({ names: [name] }) => name).sort()).toEqual(readdirSync(folder).sort());
    for (const name of readdirSync(folder)) expect(existsSync(join(folder, name, 'package-lock.json'))).toBe(true);
  });
});
