/** Each package, and each module of Node, has few importers: what it is used for can be seen, and it can be replaced. */

import { describe, expect, it } from 'vitest';
import { SOURCE } from './source.js';

const IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  chalk: ['render/theme.ts'],
  'cli-progress': ['cli/progress.ts'],
  'cli-table3': ['render/text/tensor-table.ts'],
  commander: ['cli/main.ts', 'cli/misuse.ts', 'cli/program.ts'],
  diff: ['report/diff-lines.ts'],
  'string-width': ['render/text/columns.ts'],
  tinyglobby: ['locate/model-files.ts'],
  'xxhash-wasm': ['weights/digests.ts'],
  yaml: ['policy/parse-yaml.ts'],
  zod: [
    'cli/commands/schema.ts',
    'policy/problems.ts',
    'policy/schema.ts',
    'report/check-schema.ts',
    'report/diff-schema.ts',
    'report/hash-schema.ts',
    'report/memory-schema.ts',
    'report/schema.ts',
    'report/sizes-schema.ts',
  ],
  'node:crypto': ['policy/demands/chat-template.ts', 'weights/compare-data.ts', 'weights/digests.ts'],
  'node:fs': [
    'bytes/blocks.ts',
    'bytes/file.ts',
    'cli/commands/hash.ts',
    'cli/commands/memory.ts',
    'cli/misuse.ts',
    'cli/model-argument.ts',
    'cli/open-weights.ts',
    'cli/opened-model.ts',
    'cli/output.ts',
    'cli/start.ts',
    'cli/surroundings.ts',
    'cli/terminal.ts',
    'explain.ts',
    'locate/locate.ts',
    'locate/model-files.ts',
    'policy/read-policy.ts',
  ],
  'node:module': ['cli/commands/hash.ts', 'cli/start.ts', 'cli/terminal.ts'],
  'node:path': ['cli/surroundings.ts', 'locate/locate.ts', 'locate/model-files.ts', 'render/sarif.ts'],
  'node:url': ['render/sarif.ts'],
  'node:vm': ['cli/start.ts', 'policy/patterns.ts'],
  'node:worker_threads': ['weights/hash-worker.ts', 'weights/second-thread.ts'],
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
