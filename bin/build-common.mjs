/**
 * Builds the code that several pieces of the command line share, once, as common.cjs. Each of its modules runs when a piece first asks for
 * it. A piece copies the values that a module exports, so that calls are as fast as calls of its own functions. The library imports them
 * from there too.
 */

import { join } from 'node:path';
import { build } from 'esbuild';

const NAME = 'common';

/** The names that are imported from packages that are shared. */
const PACKAGES = { 'node_modules/commander/esm.mjs': ['Command', 'CommanderError', 'Option'] };

/**
 * The late imports of these modules differ from piece to piece, since those of other commands are left out. So these modules and whatever
 * leads to them cannot be shared.
 */
const DIFFERENT = /^src\/cli\/definitions\//;

/**
 * Finds the modules that more than one of these builds contains. Returns the build of all of them, and the plugins with which a piece and
 * an ES module import them from there. `takers` are further builds that import shared modules, but do not decide which ones are shared.
 */
export async function findCommon(builds, takers = []) {
  const [{ absWorkingDir: root, outdir }] = builds;
  const paths = await sharedPaths(builds);
  const names = await exportedNames(builds[0], paths);
  const modules = new Map(
    paths
      .filter((path) => names.get(path).length > 0)
      .map((path, i) => [join(root, path), { path, id: `m${i.toString(36)}`, names: names.get(path) }]),
  );

  const used = await usedNames([...builds, ...takers], modules);
  for (const module of modules.values()) module.used = module.names.filter((name) => used.has(mark(module, name)));
  const needed = [...modules.values()].filter(({ used }) => used.length > 0);
  const getters = needed.map(({ id }) => `get ${id}() { return require('${id}'); }`);
  return {
    entry: {
      stdin: { contents: `module.exports = {\n${getters.join(',\n')}\n};`, resolveDir: root },
      outdir: undefined,
      outfile: join(outdir, `${NAME}.cjs`),
    },
    /** For the build of the entry: the names that the pieces import from each module. */
    taken: {
      name: 'taken-modules',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^m[\da-z]+$/ }, ({ path }) => ({ path, namespace: 'taken' }));
        onLoad({ filter: /.*/, namespace: 'taken' }, ({ path: id }) => {
          const { path, used } = needed.find((one) => one.id === id);
          return { contents: `export { ${used.join(', ')} } from './${path}';`, resolveDir: root };
        });
      },
    },
    elsewhere: standIns(modules, takenFrom(`require('./${NAME}.cjs')`)),
    elsewhereOfModules: standIns(modules, (module) => [
      `import { common } from './${NAME}.cjs';`,
      ...takenFrom('common')(module),
    ]),
  };
}

/** The text of a module in a build that takes the module's values from an object of all shared modules. */
function takenFrom(common) {
  return ({ id, names, used }) => [
    ...(used.length > 0 ? [`export const { ${used.join(', ')} } = ${common}.${id};`] : []),
    // Named by the plugin that leaves modules out.
    ...names.filter((name) => !used.includes(name)).map((name) => `export const ${name} = undefined;`),
  ];
}

/** The modules that are in more than one of the builds, with the same text in each. */
async function sharedPaths(builds) {
  const users = new Map();
  const importers = new Map();
  for (const one of builds) {
    const { metafile } = await build({ ...one, write: false });
    for (const [importer, { imports }] of Object.entries(metafile.inputs)) {
      users.set(importer, (users.get(importer) ?? 0) + 1);
      for (const { path } of imports) importers.set(path, (importers.get(path) ?? new Set()).add(importer));
    }
  }
  const different = new Set();
  const note = (path) => {
    if (different.has(path)) return;
    different.add(path);
    for (const importer of importers.get(path) ?? []) note(importer);
  };
  for (const path of users.keys()) if (DIFFERENT.test(path)) note(path);
  const ours = (path) => /^src\/.*\.ts$/.test(path) || path in PACKAGES;
  return [...users].filter(([path, count]) => count > 1 && ours(path) && !different.has(path)).map(([path]) => path);
}

/** Replaces the contents of each module. */
function standIns(modules, contentsOf) {
  return {
    name: 'common-modules',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: new RegExp(`^\\./${NAME}\\.cjs$`) }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /\.m?[jt]s$/ }, ({ path }) => {
        const found = modules.get(path);
        return found && { contents: contentsOf(found).join('\n') };
      });
    },
  };
}

/** The names that each module exports. */
async function exportedNames(settings, paths) {
  const { metafile } = await build({
    ...settings,
    entryPoints: paths.filter((path) => !(path in PACKAGES)),
    outbase: settings.absWorkingDir,
    bundle: false,
    format: 'esm',
    write: false,
    plugins: [],
  });
  const found = Object.values(metafile.outputs).map(({ entryPoint, exports }) => [entryPoint, exports]);
  return new Map([...found, ...Object.entries(PACKAGES)]);
}

const mark = ({ id }, name) => `taken:${id}:${name}`;

/**
 * Replaces each value of a shared module by a marker, which the bundler drops where nothing needs it, and returns the markers that the
 * pieces still contain.
 */
async function usedNames(builds, modules) {
  const marks = standIns(modules, (module) =>
    module.names.map((name) => `export const ${name} = /* @__PURE__ */ Object('${mark(module, name)}');`),
  );
  const used = new Set();
  for (const one of builds) {
    const { outputFiles } = await build({ ...one, write: false, plugins: [marks, ...one.plugins] });
    for (const { text } of outputFiles) {
      for (const [, found] of text.matchAll(/"(taken:[^"]+)"/g)) used.add(found);
    }
  }
  return used;
}
