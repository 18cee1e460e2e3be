/** Each package, and each module of Node, has few importers: what it is used for can be seen, and it can be replaced. */

import { describe, expect, it } from 'vitest';
import { SOURCE } from './source.js';

const IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  '@huggingface/tokenizers': ['tokens/bpe.ts'],
  chalk: ['render/theme.ts'],
  'cli-progress': ['cli/progress.ts'],
  'cli-table3': ['render/text/tensor-table.ts'],
  commander: ['cli/main.ts', 'cli/misuse.ts', 'cli/program.ts'],
  'd3-hierarchy': ['render/html/treemap.ts'],
  diff: ['report/diff-lines.ts'],
  'string-width': ['render/text/columns.ts'],
  tinyglobby: ['locate/model-files.ts'],
  'xxhash-wasm': ['weights/digests.ts'],
  yaml: ['policy/parse-yaml.ts'],
  zod: [
    'cli/commands/schema.ts',
    'policy/problems.ts',
    'policy/schema.ts',
    'report/attention-schema.ts',
    'report/check-schema.ts',
    'report/diff-schema.ts',
    'report/diff-values-schema.ts',
    'report/flow-diagram-schema.ts',
    'report/hash-schema.ts',
    'report/lesson-schema.ts',
    'report/list-schema.ts',
    'report/memory-schema.ts',
    'report/next-tokens-schema.ts',
    'report/repository-schema.ts',
    'report/scan-schema.ts',
    'report/schema.ts',
    'report/sizes-schema.ts',
    'report/tensor-values-schema.ts',
    'report/token-schema.ts',
    'report/values-schema.ts',
  ],
  'node:crypto': [
    'cli/listing/duplicates.ts',
    'cli/scan/former-run.ts',
    'cli/scan/targets.ts',
    'policy/demands/chat-template.ts',
    'render/html/content-policy.ts',
    'weights/compare-data.ts',
    'weights/digests.ts',
  ],
  'node:fs': [
    'bytes/blocks.ts',
    'bytes/file.ts',
    'cli/commands/hash.ts',
    'cli/commands/memory.ts',
    'cli/learn/bundled-model.ts',
    'cli/listing/duplicates.ts',
    'cli/listing/read-row.ts',
    'cli/misuse.ts',
    'cli/model-argument.ts',
    'cli/open-weights.ts',
    'cli/opened-model.ts',
    'cli/output.ts',
    'cli/scan-weights.ts',
    'cli/scan/former-run.ts',
    'cli/start.ts',
    'cli/terminal.ts',
    'locate/collections.ts',
    'locate/collections/ollama.ts',
    'locate/folder.ts',
    'locate/hugging-face/hub.ts',
    'locate/locate.ts',
    'locate/names-by-set.ts',
    'locate/ollama.ts',
    'locate/ollama/store.ts',
    'locate/walk.ts',
    'policy/read-policy.ts',
    'read-location.ts',
    'trace/product-worker.ts',
    'weights/value-pieces.ts',
    'weights/value-threads.ts',
    'weights/values/simd-kernels.ts',
  ],
  'node:http': [
    'bytes/http/body.ts',
    'bytes/http/failures.ts',
    'bytes/http/follow.ts',
    'bytes/http/head.ts',
    'bytes/http/send.ts',
  ],
  'node:https': ['bytes/http/send.ts'],
  'node:module': ['cli/built.ts', 'cli/commands/hash.ts', 'cli/commands/scan.ts', 'cli/start.ts', 'cli/terminal.ts'],
  'node:os': [
    'cli/commands/list.ts',
    'cli/commands/scan.ts',
    'locate/collections/llama-cpp.ts',
    'locate/collections/lm-studio.ts',
    'locate/hugging-face/hub.ts',
    'locate/ollama/store.ts',
    'trace/choose-products.ts',
    'weights/scan-values.ts',
  ],
  'node:path': [
    'cli/checked-files.ts',
    'cli/learn/bundled-model.ts',
    'cli/listing/duplicates.ts',
    'cli/listing/read-row.ts',
    'cli/scan/scan-model.ts',
    'cli/scan/targets.ts',
    'cli/surroundings.ts',
    'locate/collections.ts',
    'locate/collections/files.ts',
    'locate/collections/hub.ts',
    'locate/collections/llama-cpp.ts',
    'locate/collections/lm-studio.ts',
    'locate/hugging-face/hub.ts',
    'locate/hugging-face/local-cache.ts',
    'locate/locate.ts',
    'locate/model-files.ts',
    'locate/ollama/manifest.ts',
    'locate/ollama/store.ts',
    'locate/shards.ts',
    'locate/walk.ts',
    'render/sarif.ts',
  ],
  'node:stream': ['bytes/http/send.ts'],
  'node:tls': ['bytes/http/send.ts'],
  'node:url': ['cli/learn/bundled-model.ts', 'render/sarif.ts'],
  'node:vm': ['cli/start.ts', 'policy/patterns.ts'],
  'node:worker_threads': [
    'cli/scan/scan-worker.ts',
    'cli/scan/threads.ts',
    'trace/product-worker.ts',
    'trace/thread-products.ts',
    'weights/hash-worker.ts',
    'weights/second-thread.ts',
    'weights/value-threads.ts',
    'weights/value-worker.ts',
  ],
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
    // Where proxies, tokens and caches are is told by the environment alone, to the library too.
    const told = ['locate/remote.ts'];
    expect(users(/\bprocess\./).filter((path) => !path.startsWith('cli/'))).toEqual(told);
    expect(users(/\bconsole\./)).toEqual([]);
  });

  it('are never ended by force: output would be lost', () => {
    expect(users(/\bprocess\.(exit|abort|kill)\(/)).toEqual([]);
  });
});
