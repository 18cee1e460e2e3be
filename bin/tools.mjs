/**
 * Large tools that few people need: each has a folder in tools/ with its own package.json and lock file, separate from the packages of the
 * project. `npm run tools` installs them there, `npm run tools -- kernels` installs one.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOOLS = fileURLToPath(new URL('../tools/', import.meta.url));

/** The folder of a tool; undefined where the tool is not installed in the version that its lock file names. */
export function toolFolder(name) {
  const folder = join(TOOLS, name);
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return undefined;
  const found = readJson(installed).packages;
  const wanted = Object.entries(readJson(join(folder, 'package-lock.json')).packages);
  const same = wanted.every(([path, { version }]) => path === '' || found[path]?.version === version);
  return same ? folder : undefined;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(TOOLS);
  for (const name of names) {
    if (toolFolder(name) !== undefined) continue;
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: join(TOOLS, name),
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
  }
}
