#!/usr/bin/env node
try {
  require('../dist/cli/start.cjs');
} catch (error) {
  if (require('node:fs').existsSync(`${__dirname}/../dist/cli/start.cjs`)) throw error;
  process.stderr.write('gguf-explain: this copy is not built (not-built)\n');
  process.stderr.write('  hint: run `npm ci` in its folder, or install the package of a release\n');
  process.exitCode = 2;
}
