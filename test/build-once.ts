/** Tests of the real program need dist/: it is built before the first of them where it is missing or older than what it is built from. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from './cli/run.js';

/** The first and the last file that a build makes, and what it makes them from. */
const MADE = ['dist/cli/start.cjs', 'dist/types/index.d.ts'];
const MADE_FROM = ['src', 'bin', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

export default function buildOnce(): void {
  if (!isStale()) return;
  const options = { cwd: PROJECT_FOLDER, stdio: 'inherit' } as const;
  execFileSync(process.execPath, ['bin/build.mjs'], options);
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], options);
  execFileSync(process.execPath, ['bin/build-types.mjs'], options);
}

function isStale(): boolean {
  const made = MADE.map((path) => join(PROJECT_FOLDER, path));
  if (!made.every(existsSync)) return true;
  const oldest = Math.min(...made.map((path) => statSync(path).mtimeMs));
  return MADE_FROM.some((path) => newestIn(join(PROJECT_FOLDER, path)) > oldest);
}

function newestIn(path: string): number {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  // A file that was taken away shows in the time of its folder.
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
