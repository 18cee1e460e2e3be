/** Tests of the real program need dist/. It is built before the first of them where it is missing or older than its sources. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from './cli/run.js';

/** The first and the last file that a build makes, and the sources of a build. */
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
  // A removed file shows in the modification time of its folder.
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
