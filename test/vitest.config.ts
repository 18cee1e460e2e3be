/** How the tests are run: `npm test`. The program is built first, once, where dist/ is missing or older than src/. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Each starts the program dozens of times, on the largest inputs or on every fixture: minutes on a machine with other things to do. */
const HEAVY = [
  'cli/memory.test.ts',
  'cli/{broken,sound}-fixtures.test.ts',
  'cli/{diff,learn,not-checked}.test.ts',
  'cli/tainted-text.test.ts',
  'fuzz/fuzz.test.ts',
  'render/{html-browser,web-page}.test.ts',
].map((path) => `test/${path}`);

export default defineConfig({
  root: at('..'),
  test: {
    globalSetup: at('build-once.ts'),
    reporters: ['default', at('skipped-reporter.ts')],
    // One worker for each core, not one fewer: half of the time goes to processes that the tests start.
    maxWorkers: '100%',
    // Files share a worker's modules: loading the source anew for each takes longer than most of them. None of them changes a module.
    isolate: false,
    projects: [
      { extends: true, test: { name: 'heavy', include: HEAVY, testTimeout: 240_000, hookTimeout: 240_000 } },
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: HEAVY,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
