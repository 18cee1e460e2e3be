/** The source as a graph: each file of src/ and its imports, including type-only and late imports. */

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
  /** Those of these files of which only types are imported. */
  typeFiles: readonly string[];
  /** Packages, and modules of Node with their `node:` prefix. */
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
  const typesOf = near.filter((name) => !importsValues(text, name));
  const inSource = (names: readonly string[]) => names.map((name) => fileOf(path, name));
  return {
    path,
    text,
    files: inSource(near),
    typeFiles: inSource(typesOf),
    packages: [...new Set(far.map(packageOf))],
  };
}

/** Whether a file imports or exports anything but types: values, side effects, or late imports. */
function importsValues(text: string, name: string): boolean {
  const from = `['"]${name.replaceAll('.', '\\.')}['"]`;
  return new RegExp(`^(?:import|export) (?!type )[^;]*?from ${from}|^import ${from}|import\\(${from}\\)`, 'm').test(
    text,
  );
}

/** `@scope/name/part` → `@scope/name`; a module of Node keeps its parts. */
function packageOf(name: string): string {
  return name.startsWith('node:') ? name : (/^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}

function isRelative(name: string): boolean {
  return name.startsWith('.');
}

function fileOf(importer: string, name: string): string {
  const file = relative(SRC, join(SRC, dirname(importer), name.replace(/\.js$/, '.ts')));
  return file.split(sep).join('/');
}

/** The part of the program that a file belongs to: its folder, or the file itself where it is at the top level. */
export function partOf(path: string): string {
  return path.split('/')[0] as string;
}
