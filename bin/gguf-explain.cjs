#!/usr/bin/env node
try {
  require('../dist/cli/start.cjs');
} catch (error) {
  if (require('node:fs').existsSync(`${__dirname}/../dist/cli/start.cjs`)) throw error;
  console.error('gguf-explain: this copy is not built (not-built)');
  console.error('  hint: run `npm ci` in its folder, or install the package of a release');
  process.exitCode = 2;
}
