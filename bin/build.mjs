/**
 * Builds dist/. The command line becomes CommonJS: Node starts it about 7 % sooner than the same code as ES modules. esbuild splits
 * code at `import()` for ES modules only, so it is bundled as such and each piece is then turned into CommonJS. The
 * library stays an ES module.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const common = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  logLevel: 'warning',
};

rmSync(dist, { recursive: true, force: true });

const { outputFiles } = await build({
  ...common,
  entryPoints: { main: 'src/cli/main.ts' },
  outdir: 'dist/cli',
  outExtension: { '.js': '.cjs' },
  minify: true,
  write: false,
});
mkdirSync(join(dist, 'cli'), { recursive: true });
for (const { path, text } of outputFiles) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    // A native import() would bring in the loader for ES modules; require() finds the pieces without it.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__filename' },
  });
  writeFileSync(join(dist, 'cli', basename(path)), code);
}

await build({ ...common, entryPoints: { index: 'src/index.ts' }, outdir: 'dist', packages: 'external' });
