/** Each package, and each module of Node, has few importers: what it is used for can be seen, and it can be replaced. */

import { describe, expect, it } from 'vitest';
import { SOURCE } from './source.js';

const IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  chalk: ['render/theme.ts'],
  'cli-table3': ['render/text/tensor-table.ts'],
  commander: ['cli/main.ts', 'cli/program.ts'],
  'string-width': ['render/text/columns.ts'],
  zod: ['cli/commands/schema.ts', 'report/schema.ts'],
  'node:fs': [
    'bytes/file.ts',
    'cli/model-argument.ts',
    'cli/output.ts',
    'cli/start.ts',
    'cli/terminal.ts',
    'explain.ts',
    'locate/locate.ts',
  ],
  'node:module': ['cli/start.ts', 'cli/terminal.ts'],
  'node:path': ['locate/locate.ts'],
  'node:vm': ['cli/start.ts'],
};

describe('packages', () => {
  it('are imported where it is known, and nowhere else', () => {
    const names = [...new Set(SOURCE.flatMap(({ packages }) => packages))];
    const importers = (name: string) =>
      SOURCE.filter(({ packages }) => packages.includes(name)).map(({ path }) => path);
    expect(Object.fromEntries(names.map((name) => [name, importers(name)]))).toEqual(IMPORTERS);
  });

  it('of the file system are used for reading alone', () => {
    const writing =
      /\b(writeFile|appendFile|createWriteStream|rm|unlink|rename|truncate|mkdir|copyFile|chmod)(Sync)?\(/;
    expect(SOURCE.filter(({ text }) => writing.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('the process and its console', () => {
  /** Code without comments, which may speak of anything. */
  const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '');
  const users = (pattern: RegExp) => SOURCE.filter(({ text }) => pattern.test(code(text))).map(({ path }) => path);

  it('are known to the command line alone, so that the library is silent', () => {
    expect(users(/\bprocess\./).filter((path) => !path.startsWith('cli/'))).toEqual([]);
    expect(users(/\bconsole\./)).toEqual([]);
  });

  it('are never ended by force: output would be lost', () => {
    expect(users(/\bprocess\.(exit|abort|kill)\(/)).toEqual([]);
  });
});
