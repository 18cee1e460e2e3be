/** The rules of imports between the folders. Data flows one way through them, and nothing imports backwards. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../cli/run.js';
import { partOf, SOURCE } from './source.js';

/** In the order of the data flow. A part may import the listed parts, or only their types, and its own files where it is a folder. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'explained-error.ts': [],
  io: ['explained-error.ts'],
  words: [],
  formats: ['words'],
  devices: ['io', 'words'],
  workers: ['io', 'explained-error.ts'],
  locate: ['io', 'words', 'explained-error.ts'],
  gguf: ['formats', 'io', 'words', 'explained-error.ts'],
  architectures: [],
  model: ['architectures', 'formats', 'gguf', 'words'],
  open: ['model', 'gguf', 'locate', 'words', 'io', 'explained-error.ts'],
  tokenizer: ['model', 'gguf', 'explained-error.ts'],
  memory: ['model', 'architectures', 'formats', 'gguf', 'words'],
  flow: ['memory', 'model', 'architectures', 'gguf', 'words'],
  checks: ['memory', 'model', 'architectures', 'formats', 'gguf', 'io', 'words'],
  policy: ['checks', 'memory', 'model', 'formats', 'gguf', 'words', 'explained-error.ts'],
  'tensor-data': ['formats', 'model', 'gguf', 'workers', 'io', 'words', 'explained-error.ts'],
  inference: [
    'tensor-data',
    'memory',
    'formats',
    'model',
    'architectures',
    'gguf',
    'workers',
    'io',
    'words',
    'explained-error.ts',
  ],
  report: [
    'architectures',
    'flow',
    'inference',
    'memory',
    'model',
    'formats',
    'gguf',
    'words',
    'tensor-data (types)',
    'tokenizer (types)',
  ],
  render: ['report', 'words'],
  'explain.ts': ['checks', 'gguf', 'model', 'report'],
  library: [
    'explain.ts',
    'report',
    'inference',
    'tensor-data',
    'policy',
    'checks',
    'memory',
    'tokenizer',
    'open',
    'model',
    'formats',
    'gguf',
    'locate',
    'workers',
    'devices',
    'words',
    'io',
    'explained-error.ts',
  ],
  'index.ts': ['library', 'explain.ts', 'formats', 'gguf', 'locate', 'render', 'report', 'explained-error.ts'],
  web: [
    'library',
    'explain.ts',
    'report',
    'render',
    'inference',
    'tensor-data',
    'tokenizer',
    'open (types)',
    'locate',
    'model',
    'gguf',
    'words',
    'io',
    'explained-error.ts',
  ],
  cli: [
    'explained-error.ts',
    'io',
    'words',
    'formats',
    'devices',
    'workers',
    'locate',
    'gguf',
    'architectures',
    'model',
    'open',
    'tokenizer',
    'memory',
    'flow',
    'checks',
    'policy',
    'tensor-data',
    'inference',
    'report',
    'render',
    'explain.ts',
    'library',
  ],
};

const TYPES = ' (types)';

describe('the table of imports', () => {
  it('has every part of src/', () => {
    expect(Object.keys(MAY_IMPORT).sort()).toEqual([...new Set(SOURCE.map(({ path }) => partOf(path)))].sort());
  });

  it('goes one way', () => {
    const order = Object.keys(MAY_IMPORT);
    for (const [part, others] of Object.entries(MAY_IMPORT)) {
      const back = others.filter((other) => order.indexOf(other.replace(TYPES, '')) >= order.indexOf(part));
      expect(back, part).toEqual([]);
    }
  });

  it('matches the one in src/README.md', () => {
    const path = join(PROJECT_FOLDER, 'src', 'README.md');
    expect(existsSync(path)).toBe(true);
    const rows = [...readFileSync(path, 'utf8').matchAll(/^\| ([\w.-]+) \| (.+) \|$/gm)].slice(2);
    const table = Object.fromEntries(rows.map(([, part = '', others = '']) => [part, partsIn(others, part)]));
    expect(table).toEqual(MAY_IMPORT);
  });
});

/** `-`, a list, or `everything but index.ts and web`. */
function partsIn(words: string, part: string): readonly string[] {
  if (words === '-') return [];
  const exceptions = /^everything but (.+)$/.exec(words)?.[1]?.split(' and ');
  if (exceptions === undefined) return words.split(', ');
  return Object.keys(MAY_IMPORT).filter((other) => !exceptions.includes(other) && other !== part);
}

describe('the source', () => {
  it('imports what the table allows', () => {
    const wrong = SOURCE.flatMap(({ path, files, typeFiles }) =>
      files
        .filter((file) => !file.startsWith('../'))
        .filter((file) => partOf(file) !== partOf(path) && !mayImport(path, file, typeFiles))
        .map((file) => `${path} imports ${file}`),
    );
    expect(wrong).toEqual([]);
  });

  it('imports nothing from outside of src/ except the version', () => {
    const outside = SOURCE.flatMap(({ path, files }) =>
      files.filter((file) => file.startsWith('../')).map((file) => `${path} imports ${file}`),
    );
    expect(outside).toEqual(['cli/version.ts imports ../package.json']);
  });

  it('imports only files that exist', () => {
    const known = new Set(SOURCE.map(({ path }) => path));
    const missing = SOURCE.flatMap(({ path, files }) =>
      files.filter((file) => !file.startsWith('../') && !known.has(file)).map((file) => `${path} imports ${file}`),
    );
    expect(missing).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(cycles()).toEqual([]);
  });
});

function mayImport(path: string, file: string, typeFiles: readonly string[]): boolean {
  const allowed = MAY_IMPORT[partOf(path)] ?? [];
  return allowed.includes(partOf(file)) || (typeFiles.includes(file) && allowed.includes(partOf(file) + TYPES));
}

/** Every import cycle through a file, found by a depth-first walk. */
function cycles(): string[] {
  const imports = new Map(SOURCE.map(({ path, files }) => [path, files]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (done.has(path) || way.includes(path)) return;
    for (const file of imports.get(path) ?? []) visit(file, [...way, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return found;
}
