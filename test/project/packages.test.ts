/** Each package, and each module of Node, has few importers, so that its use can be seen and it can be replaced. */

import { describe, expect, it } from 'vitest';
import { partOf, SOURCE } from './source.js';

/** The rooms that may import each package. `cli` stands for those of the command line. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  '@huggingface/jinja': ['checks'],
  '@huggingface/tokenizers': ['tokenizer'],
  '@modelcontextprotocol/server': ['cli'],
  chalk: ['cli', 'render'],
  'cli-progress': ['cli'],
  'cli-table3': ['render'],
  commander: ['cli'],
  'd3-hierarchy': ['render'],
  diff: ['report'],
  'node:child_process': ['devices'],
  'node:crypto': ['cli', 'library', 'policy', 'render', 'tensor-data'],
  'node:fs': ['cli', 'io', 'library', 'locate', 'open', 'policy', 'render', 'tensor-data'],
  'node:http': ['io'],
  'node:https': ['io'],
  'node:module': ['library'],
  'node:os': ['cli', 'devices', 'inference', 'library', 'locate', 'tensor-data'],
  'node:path': ['cli', 'devices', 'io', 'library', 'locate', 'open', 'render'],
  'node:stream': ['cli', 'io'],
  'node:timers/promises': ['io'],
  'node:tls': ['io'],
  'node:url': ['locate', 'render'],
  'node:util': ['workers'],
  'node:v8': ['cli'],
  'node:vm': ['checks', 'cli', 'policy'],
  'node:worker_threads': ['workers'],
  'string-width': ['render'],
  tinyglobby: ['locate'],
  'xxhash-wasm': ['tensor-data'],
  yaml: ['policy'],
  zod: ['cli', 'policy', 'report'],
};

describe('packages', () => {
  it('are imported only in the rooms that are listed for them', () => {
    const names = [...new Set(SOURCE.flatMap(({ packages }) => packages))];
    const rooms = (name: string) =>
      [...new Set(SOURCE.filter(({ packages }) => packages.includes(name)).map(({ path }) => partOf(path)))].sort();
    expect(Object.fromEntries(names.map((name) => [name, rooms(name)]))).toEqual(ROOMS);
  });

  it('for the file system only read, except for the program’s own files (its compiled code, its model) and the file of --output', () => {
    const writing =
      /\b(writeFile|appendFile|createWriteStream|rm|unlink|rename|truncate|mkdir|copyFile|chmod)(Sync)?\(/;
    expect(SOURCE.filter(({ text }) => writing.test(text)).map(({ path }) => path)).toEqual([
      'cli/code-cache.ts',
      'cli/output-file.ts',
      'locate/bundled-model.ts',
    ]);
  });
});

describe('the process and its console', () => {
  /** Code without comments, which may mention anything. */
  const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '');
  const users = (pattern: RegExp) => SOURCE.filter(({ text }) => pattern.test(code(text))).map(({ path }) => path);

  it('are used only by the command line, so that the library is silent', () => {
    // The locations of proxies, tokens and caches come only from the environment, for the library too. `-` is standard input. A path to the
    // bundled model is resolved in the working folder, and the system decides how paths are written.
    const told = [
      'io/open-file.ts',
      'library/list.ts',
      'locate/bundled-model.ts',
      'locate/file-url.ts',
      'locate/glob-pattern.ts',
      'locate/remote.ts',
    ];
    expect(users(/\bprocess\./).filter((path) => !path.startsWith('cli/'))).toEqual(told);
    expect(users(/\bconsole\./)).toEqual([]);
  });

  it('are ended by force only after an uncaught error: output is written at once, and the rest of the work is in doubt', () => {
    expect(users(/\bprocess\.(exit|abort|kill)\(/)).toEqual(['cli/main.ts', 'cli/plain.ts']);
  });
});
