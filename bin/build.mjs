/**
 * Builds dist/: the command line (build-command-line.mjs), the library, and the licenses of the packages that are in either. Nothing that is
 * built needs a package to run.
 */

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** The library shares with the command line what its pieces have in common, the packages that are pieces of their own, and the schemas. */
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

/**
 * What the library takes from the pieces goes through a small file: Node looks through a file that an ES module imports for its names,
 * which takes longer for all that is common than to run it.
 */
const FOR_MODULES = `exports.common = require('../cli/common.cjs');\n`;

const LIBRARY = {
  ...COMMON,
  entryPoints: { index: 'src/index.ts' },
  outdir: library,
  splitting: true,
  minify: true,
  metafile: true,
  plugins: [sharedPieces],
};

const bundled = await buildCommandLine(cli, { library: LIBRARY });
writeFileSync(join(library, 'index.cjs'), FOR_REQUIRE);
writeFileSync(join(library, 'common.cjs'), FOR_MODULES);
for (const name of ['index.d.ts', 'index.d.cts']) writeFileSync(join(library, name), TYPES);
writeFileSync(join(fresh, 'THIRD-PARTY-LICENSES'), thirdPartyLicenses(bundled));
wrapPieces(cli);
makeCodeCaches(cli);

await buildManPage(join(ROOT, 'man'));

rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
