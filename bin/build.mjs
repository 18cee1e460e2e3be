/**
 * Builds dist/: the command line (build-command-line.mjs), the library, and the licenses of the packages that are in either. Nothing that is
 * built needs a package to run.
 */

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import {
  buildCommandLine,
  buildManPage,
  COMMON,
  LATE,
  makeCodeCaches,
  ROOT,
  wrapPieces,
} from './build-command-line.mjs';
import { thirdPartyLicenses } from './build-licenses.mjs';

const dist = join(ROOT, 'dist');
/** Built here and put in place when whole: a program that runs meanwhile finds its pieces. */
const fresh = join(ROOT, `dist.${process.pid}`);
const cli = join(fresh, 'cli');
const library = join(fresh, 'library');

/** The library shares with the command line the packages that are pieces of their own, and the schemas. */
const sharedPieces = {
  name: 'shared-pieces',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${LATE.join('|')})$`) }, ({ path }) => ({
      path: `../cli/${path}.cjs`,
      external: true,
    }));
    onResolve({ filter: /\/report-schemas\.js$/ }, () => ({ path: '../cli/report-schemas.cjs', external: true }));
  },
};

/** For `require`: Node gives the ES module, so that both ways lead to one library and its errors are of one class. */
const FOR_REQUIRE = `module.exports = require('./index.js');\n`;

/** The types are of CommonJS, which ES modules may import; the other way round is an error. */
const TYPES = `export * from '../types/index.js';\n`;

async function buildLibrary() {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: { index: 'src/index.ts' },
    outdir: library,
    splitting: true,
    minify: true,
    metafile: true,
    plugins: [sharedPieces],
  });
  writeFileSync(join(library, 'index.cjs'), FOR_REQUIRE);
  for (const name of ['index.d.ts', 'index.d.cts']) writeFileSync(join(library, name), TYPES);
  return Object.keys(metafile.inputs);
}

const bundled = [...(await buildCommandLine(cli)), ...(await buildLibrary())];
writeFileSync(join(fresh, 'THIRD-PARTY-LICENSES'), thirdPartyLicenses(bundled));
wrapPieces(cli);
makeCodeCaches(cli);

await buildManPage(join(ROOT, 'man'));

rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
