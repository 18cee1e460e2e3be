/**
 * Builds dist/: the command line (build-command-line.mjs), the library, and the licenses of the packages that are in either. The built
 * program needs no other packages to run.
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
/** The build is made in this folder and moved into place when it is complete, so that a program that runs meanwhile finds its pieces. */
const fresh = join(ROOT, `dist.${process.pid}`);
const cli = join(fresh, 'cli');
const library = join(fresh, 'library');

/** The library shares with the command line the code that its pieces share, the packages that are separate pieces, and the schemas. */
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

/** For `require`: Node returns the ES module, so that both ways load the same library and its errors have the same class. */
const FOR_REQUIRE = `module.exports = require('./index.js');\n`;

/** The types are CommonJS, which ES modules may import; the other way round is an error. */
const TYPES = `export * from '../types/index.js';\n`;

/**
 * The library imports the code of the pieces through a small file: Node searches a file that an ES module imports for its names, and
 * searching the whole shared code takes longer than running it.
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
