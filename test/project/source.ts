/** The source as a graph: each file of src/ and what it imports, type-only and late imports included. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { PROJECT_FOLDER } from '../cli/run.js';

export interface SourceFile {
  /** Path from src/, with slashes. */
  path: string;
  text: string;
  /** Files of src/ (or `../package.json`), as paths from src/. */
  files: readonly string[];
  /** Packages, and modules of Node with their `node:`. */
  packages: readonly string[];
}

const SRC = join(PROJECT_FOLDER, 'src');

export const SOURCE: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.split(sep).join('/'))
  .sort()
  .map(readSource);

function readSource(path: string): SourceFile {
  const text = readFileSync(join(SRC, path), 'utf8');
  const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const [near, far] = [imports.filter(isRelative), imports.filter((name) => !isRelative(name))];
  return { path, text, files: near.map((name) => fileOf(path, name)), packages: far };
}

function isRelative(name: string): boolean {
  return name.startsWith('.');
}

function fileOf(importer: string, name: string): string {
  const file = relative(SRC, join(SRC, dirname(importer), name.replace(/\.js$/, '.ts')));
  return file.split(sep).join('/');
}

/** The part of the program that a file belongs to: its folder, or itself where it stands at the top. */
export function partOf(path: string): string {
  return path.split('/')[0] as string;
}
