/**
 * A path that the program finds, and the user did not name, must be a regular file: opening a pipe in a folder would wait for ever. So one
 * module opens files, one lists folders, and one reads the names of shards; the exceptions open what the user named or what came with the
 * program.
 */

import { describe, expect, it } from 'vitest';
import { SOURCE } from './source.js';

/** Functions of node:fs by which a path is opened. */
const OPENING = /\b(?:open|openSync|openAsBlob|createReadStream|readFile|readFileSync)\b/g;
const LISTING = /\b(?:readdir|readdirSync|opendir|opendirSync|glob|globSync)\b/g;

/** The imports of each file from node:fs that the pattern matches. */
function importing(pattern: RegExp): Record<string, readonly string[]> {
  const found = SOURCE.flatMap(({ path, text }) => {
    const names = [...text.matchAll(/import \{([^}]*)\} from 'node:fs(?:\/promises)?'/g)].map(([, list]) => list);
    const matched = names.join(' ').match(pattern);
    return matched === null ? [] : [[path, [...matched]] as const];
  });
  return Object.fromEntries(found);
}

describe('files that are found', () => {
  it('are opened in one place', () => {
    expect(importing(OPENING)).toEqual({
      // The module that checks files, and the streams of inputs that the user named: standard input, a pipe.
      'io/open-file.ts': ['createReadStream', 'open', 'openSync'],
      // Small files that the user named: a policy, a token.
      'locate/hugging-face/hub.ts': ['readFileSync'],
      'policy/read-policy.ts': ['openSync'],
      // The output file that the user named.
      'cli/output-file.ts': ['openSync'],
      // Parts of the program.
      'cli/code-cache.ts': ['readFileSync'],
      'cli/start.ts': ['readFileSync'],
      'render/html/script.ts': ['readFileSync'],
      'locate/bundled-model.ts': ['readFileSync'],
      'tensor-data/values/simd-kernels.ts': ['readFileSync'],
    });
  });

  it('are opened only as regular files, whatever replaces them meanwhile', () => {
    const callers = SOURCE.filter(({ text }) => /\bopenNow\(/.test(text)).map(({ path }) => path);
    expect(callers).toEqual(['io/file.ts', 'io/open-file.ts']);
  });

  it('are listed in one place', () => {
    expect(importing(LISTING)).toEqual({ 'locate/folder.ts': ['readdirSync'] });
  });

  it('are recognized as shards in one place', () => {
    const readers = SOURCE.filter(({ text }) => /\\d\{5\}|-of-\(/.test(text)).map(({ path }) => path);
    expect(readers).toEqual(['words/shard-names.ts']);
  });
});
