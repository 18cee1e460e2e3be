/**
 * Builds dist/. The command line becomes CommonJS: Node starts it about 7 % sooner than the same code as ES modules. esbuild splits
 * code at `import()` for ES modules only, so it is bundled as such and each piece is then turned into CommonJS. The
 * library stays an ES module.
 */

import { execFileSync } from 'node:child_process';
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

/**
 * commander loads node:child_process at once, for a kind of subcommand that this program has none of. That costs more than
 * reading a header, so the bundle has a stand-in that loads it when it is called.
 */
const lateChildProcess = {
  name: 'late-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'child_process', namespace: 'late' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      contents: `exports.spawn = (...words) => require('child_process').spawn(...words);`,
    }));
  },
};

const MAKE_CACHE = `
  process.argv.splice(1, 0, 'gguf-explain');
  const { pieces, cachePath } = require('./start.cjs');
  process.on('exit', () => {
    for (const [name, { script }] of pieces) require('fs').writeFileSync(cachePath(name), script.createCachedData());
  });
`;

rmSync(dist, { recursive: true, force: true });

const { outputFiles } = await build({
  ...common,
  entryPoints: { main: 'src/cli/main.ts' },
  outdir: 'dist/cli',
  outExtension: { '.js': '.cjs' },
  minify: true,
  write: false,
  plugins: [lateChildProcess],
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

await build({
  ...common,
  splitting: false,
  format: 'cjs',
  entryPoints: { start: 'src/cli/start.ts' },
  outdir: 'dist/cli',
  outExtension: { '.js': '.cjs' },
  minify: true,
});

// The code cache: run the program once on the bundled model, then ask the engine for what it has compiled.
execFileSync(process.execPath, ['-e', MAKE_CACHE, join(root, 'fixtures/tiny-stories-Q4_K_M.gguf')], {
  cwd: join(dist, 'cli'),
  stdio: ['ignore', 'ignore', 'inherit'],
});

await build({ ...common, entryPoints: { index: 'src/index.ts' }, outdir: 'dist', packages: 'external' });
