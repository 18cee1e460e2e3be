/** How the tests are run: `npm test`. The program is built first, once, where dist/ is missing or older than src/. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('..'),
  test: {
    dir: at('.'),
    globalSetup: at('build-once.ts'),
    // One worker for each core, not one fewer: half of the time goes to processes that the tests start.
    maxWorkers: '100%',
    // Files share a worker's modules: loading the source anew for each takes longer than most of them. None of them changes a module.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
