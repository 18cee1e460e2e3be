/**
 * Builds the command line: once for each piece that the definitions of commands name (src/cli/definitions/). start.cjs takes the piece of
 * the command that the first word asks for: many small files would cost more to find than one large one whose compiled code is kept.
 * What several pieces have in common is in one file beside them (build-common.mjs), but for the short way of `explain`, which is a file by
 * itself. What a run does not reach is in the file and is never compiled. Pieces are CommonJS: Node starts it about 7 % sooner than the
 * same code as ES modules.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { findCommon } from './build-common.mjs';
import { compileKernels } from './build-kernels.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Packages that few runs need. Each is a piece of its own: even code that never runs makes the others slower to load. */
export const LATE = [
  '@huggingface/jinja',
  '@huggingface/tokenizers',
  'chalk',
  'cli-progress',
  'cli-table3',
  'd3-hierarchy',
  'diff',
  'tinyglobby',
  'yaml',
  'zod',
];

/**
 * Pieces of their own for the same reason: what reads numbers of a model, without which `explain` is mostly run, and
 * the codes of all findings with the rules that they come from, of which most commands need none.
 */
const LATE_PARTS = {
  'model-values': 'src/tensor-data/model-values.ts',
  'all-findings': 'src/policy/all-findings.ts',
};

/** What zod says in other languages, which is more than half of it, is left out. */
const englishOnly = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
    }));
  },
};

export const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  logLevel: 'warning',
};

/** Settings of all pieces; `address` is what stands for the address of the program. */
const commonJs = (folder, address) => ({
  ...COMMON,
  format: 'cjs',
  outdir: folder,
  outExtension: { '.js': '.cjs' },
  minify: true,
  metafile: true,
  define: { 'import.meta.url': address },
});

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

/** Leaves out the work of all other commands, and what reading their options loads: the first word has decided that it is not asked for. */
const onlyCommands = (names) => ({
  name: 'only-commands',
  setup({ onResolve, onLoad }) {
    const leaveOut = (name) => (names.includes(name) ? undefined : { path: 'elsewhere', namespace: 'elsewhere' });
    onResolve({ filter: /^\.\/commands\/[\w-]+\.js$/ }, ({ path }) => leaveOut(basename(path, '.js')));
    onResolve({ filter: /^\.\.\// }, ({ kind, importer }) =>
      kind === 'dynamic-import' && /[\\/]definitions$/.test(dirname(importer))
        ? leaveOut(basename(importer, '.ts'))
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'elsewhere' }, () => ({ contents: 'module.exports = {};' }));
  },
});

/** What is thrown where a piece of the short way would load what was left out of it: src/cli/plain.ts catches it. */
const LEFT_OUT = `throw Symbol.for('gguf-explain.left-out');`;

/** Leaves out all that is loaded late, but packages that are pieces of their own. */
const nothingLate = {
  name: 'nothing-late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: 'left-out', namespace: 'left-out' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: LEFT_OUT }));
  },
};

const latePackages = {
  name: 'late-packages',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${LATE.join('|')})$`) }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: `./${path}.cjs`, external: true },
    );
    onResolve({ filter: new RegExp(`/(${Object.keys(LATE_PARTS).join('|')})\\.js$`) }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: `./${basename(path, '.js')}.cjs`, external: true },
    );
  },
};

/** A thread of `scan` reads as the commands do: every other thread would read through that before it begins. */
const lateScanJob = {
  name: 'late-scan-job',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/scan-job\.js$/ }, () => ({ path: './scan-job.cjs', external: true })),
};

/** The start of the short way of a command. */
const plainStart = ({ name }) => `
  import { run } from './commands/${name}.js';
  import { ${name.toUpperCase()} as definition } from './definitions/${name}.js';
  import { runPlain } from './plain.js';
  export const takeLine = (line, inFull) => void runPlain(definition, run, line, inFull);
`;

/** The definitions of all commands, without what they load. */
async function readDefinitions() {
  const entryPoints = ['src/cli/command-list.ts'];
  const { outputFiles } = await build({ ...COMMON, entryPoints, write: false, plugins: [onlyCommands([])] });
  return (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)).COMMANDS;
}

const definitions = await readDefinitions();
const pieces = [...new Set(definitions.map(({ piece }) => piece))];
const commandsIn = (piece) => definitions.filter((one) => one.piece === piece).map(({ name }) => name);
const plain = definitions.filter(({ plain }) => plain);

/**
 * Builds the command line into a folder. Gives the files that are in it. `start` is the module of src/cli/ that begins, and `address` a name
 * that the program has at run time for where it is.
 */
export async function buildCommandLine(folder, { start = 'start', address = '__filename' } = {}) {
  const settings = commonJs(folder, address);
  // A native import() would bring in the loader for ES modules; require() finds Node's own modules without it.
  const required = { ...settings, supported: { 'dynamic-import': false } };
  const sharing = [
    ...pieces.map((piece) => ({
      ...required,
      entryPoints: { [piece]: 'src/cli/main.ts' },
      plugins: [lateChildProcess, latePackages, onlyCommands(commandsIn(piece))],
    })),
    { ...required, entryPoints: { 'scan-job': 'src/library/scan/scan-job.ts' }, plugins: [latePackages] },
    { ...required, entryPoints: { 'all-findings': LATE_PARTS['all-findings'] }, plugins: [latePackages] },
  ];
  const common = await findCommon(sharing);
  const built = [
    ...sharing.map((one) => ({ ...one, plugins: [common.elsewhere, ...one.plugins] })),
    { ...required, ...common.entry, plugins: [common.taken, lateChildProcess, latePackages] },
    ...plain.map((definition) => ({
      ...required,
      stdin: { contents: plainStart(definition), resolveDir: join(ROOT, 'src/cli'), sourcefile: 'plain-start.ts' },
      outdir: undefined,
      outfile: join(folder, `plain-${definition.name}.cjs`),
      plugins: [nothingLate, latePackages],
    })),
    {
      ...settings,
      entryPoints: {
        ...Object.fromEntries(LATE.map((name) => [name, name])),
        'model-values': LATE_PARTS['model-values'],
      },
      plugins: [englishOnly],
    },
    { ...required, entryPoints: { worker: 'src/cli/worker.ts' }, plugins: [latePackages, lateScanJob] },
  ];
  const inputs = [];
  for (const one of built) inputs.push(...Object.keys((await build(one)).metafile.inputs));
  writeFileSync(join(folder, 'value-kernels.wasm'), await compileKernels());

  await build({
    ...settings,
    entryPoints: { [start]: `src/cli/${start}.ts` },
    define: {
      ...settings.define,
      COMMANDS: JSON.stringify(
        Object.fromEntries(
          definitions.flatMap(({ name, aliases = [] }) => [name, ...aliases].map((word) => [word, name])),
        ),
      ),
      PIECES: JSON.stringify(Object.fromEntries(definitions.map(({ name, piece }) => [name, piece]))),
      PLAIN: JSON.stringify(plain.map(({ name }) => name)),
      BUILD_ID: JSON.stringify(buildId(folder)),
    },
  });
  return inputs;
}

const WRAPPED = ['(function (exports, require, module, __filename) {', '\n})'];

/** Puts the pieces that start.cjs loads into the function that it calls: made here, the engine can take the file as it is. */
export function wrapPieces(folder) {
  for (const piece of [...pieces, ...plain.map(({ name }) => `plain-${name}`)]) {
    const path = join(folder, `${piece}.cjs`);
    writeFileSync(path, `${WRAPPED[0]}${readFileSync(path)}${WRAPPED[1]}`);
  }
}

/** Tells builds apart: compiled code that is kept elsewhere is of one build only. */
function buildId(folder) {
  const digest = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.cjs')) digest.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return digest.digest('hex').slice(0, 16);
}

const MAKE_CACHE = `
  process.argv.splice(1, 0, 'gguf-explain');
  const { pieces, builtCachePath } = require('./start.cjs');
  process.on('exit', () => {
    process.exitCode = 0;
    for (const { script, cacheName } of pieces.values())
      require('fs').writeFileSync(builtCachePath(__dirname, cacheName), script.createCachedData());
  });
`;

/** The code cache: runs the program on the bundled model, then asks the engine for what it has compiled. */
export function makeCodeCaches(folder) {
  const model = join(ROOT, 'fixtures/tiny-stories-Q4_K_M.gguf');
  const runs = [
    [model],
    ['check', model],
    ['--', model],
    ['check', '--', model],
    ['scan', model],
    ['tensor', model, 'blk.0.attn_q.weight'],
    ...commandsIn('compute').map((command) => [command, model, 'Hello world']),
  ];
  for (const words of runs) {
    execFileSync(process.execPath, ['-e', MAKE_CACHE, ...words], {
      cwd: folder,
      env: { ...process.env, GGUF_EXPLAIN_CODE_CACHE: '0' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}
