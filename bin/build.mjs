/**
 * Builds dist/. The command line is built once for each piece that the definitions of commands name (src/cli/definitions/), and
 * start.cjs takes the piece of the command that the first word asks for: many small files would cost more to find than one large
 * one whose compiled code is kept. What a run does not reach is in the file and is never compiled. Pieces are CommonJS: Node starts
 * it about 7 % sooner than the same code as ES modules. The library stays an ES module.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compileKernels } from './build-kernels.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** Built here and put in place when whole: a program that runs meanwhile finds its pieces. */
const fresh = join(root, `dist.${process.pid}`);
const cli = join(fresh, 'cli');

/** Packages that few runs need. Each is a piece of its own: even code that never runs makes the others slower to load. */
const LATE = [
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

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  logLevel: 'warning',
};

const commonJs = {
  ...common,
  format: 'cjs',
  outdir: cli,
  outExtension: { '.js': '.cjs' },
  minify: true,
  define: { 'import.meta.url': '__filename' },
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
  const { outputFiles } = await build({ ...common, entryPoints, write: false, plugins: [onlyCommands([])] });
  return (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)).COMMANDS;
}

const latePackages = {
  name: 'late-packages',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${LATE.join('|')})$`) }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: `./${path}.cjs`, external: true },
    );
    onResolve({ filter: new RegExp(`/(${Object.keys(LATE_PARTS).join('|')})\\.js$`) }, ({ path }) => ({
      path: `./${basename(path, '.js')}.cjs`,
      external: true,
    }));
  },
};

const MAKE_CACHE = `
  process.argv.splice(1, 0, 'gguf-explain');
  const { pieces, builtCachePath } = require('./start.cjs');
  process.on('exit', () => {
    process.exitCode = 0;
    for (const { script, cacheName } of pieces.values())
      require('fs').writeFileSync(builtCachePath(__dirname, cacheName), script.createCachedData());
  });
`;

/** Puts the pieces that start.cjs loads into the function that it calls: made here, the engine can take the file as it is. */
function wrapPieces() {
  for (const piece of [...pieces, ...plain.map(({ name }) => `plain-${name}`)]) {
    const path = join(cli, `${piece}.cjs`);
    writeFileSync(path, `(function (exports, require, module, __filename) {${readFileSync(path)}\n})`);
  }
}

/** Tells builds apart: compiled code that is kept elsewhere is of one build only. */
function buildId() {
  const digest = createHash('sha256');
  for (const name of readdirSync(cli).sort()) {
    if (name.endsWith('.cjs')) digest.update(`${name}\0`).update(readFileSync(join(cli, name)));
  }
  return digest.digest('hex').slice(0, 16);
}

const definitions = await readDefinitions();
const pieces = new Set(definitions.map(({ piece }) => piece));
const commandsIn = (piece) => definitions.filter((one) => one.piece === piece).map(({ name }) => name);

for (const piece of pieces) {
  await build({
    ...commonJs,
    entryPoints: { [piece]: 'src/cli/main.ts' },
    // A native import() would bring in the loader for ES modules; require() finds Node's own modules without it.
    supported: { 'dynamic-import': false },
    plugins: [lateChildProcess, latePackages, onlyCommands(commandsIn(piece))],
  });
}

const plain = definitions.filter(({ plain }) => plain);
for (const definition of plain) {
  await build({
    ...commonJs,
    stdin: { contents: plainStart(definition), resolveDir: join(root, 'src/cli'), sourcefile: 'plain-start.ts' },
    outdir: undefined,
    outfile: join(cli, `plain-${definition.name}.cjs`),
    supported: { 'dynamic-import': false },
    plugins: [nothingLate, latePackages],
  });
}

await build({ ...commonJs, entryPoints: { ...Object.fromEntries(LATE.map((name) => [name, name])), ...LATE_PARTS } });

wrapPieces();
await build({
  ...commonJs,
  entryPoints: { start: 'src/cli/start.ts' },
  define: {
    ...commonJs.define,
    COMMANDS: JSON.stringify(
      Object.fromEntries(
        definitions.flatMap(({ name, aliases = [] }) => [name, ...aliases].map((word) => [word, name])),
      ),
    ),
    PIECES: JSON.stringify(Object.fromEntries(definitions.map(({ name, piece }) => [name, piece]))),
    PLAIN: JSON.stringify(plain.map(({ name }) => name)),
    BUILD_ID: JSON.stringify(buildId()),
  },
});

// The kernels of the value scan and of the products, which threads share.
writeFileSync(join(cli, 'value-kernels.wasm'), await compileKernels());

// The program of all threads. What a thread of `scan` needs, which reads as the commands do, is a piece of its own: it is six times as
// large as all else, and every other thread would read through it before it begins.
const lateScanJob = {
  name: 'late-scan-job',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/scan-job\.js$/ }, () => ({ path: './scan-job.cjs', external: true })),
};
await build({
  ...commonJs,
  entryPoints: { worker: 'src/cli/worker.ts', 'scan-job': 'src/library/scan/scan-job.ts' },
  supported: { 'dynamic-import': false },
  plugins: [latePackages, lateScanJob],
});

// The code cache: run the program on the bundled model, then ask the engine for what it has compiled.
const BUNDLED = join(root, 'fixtures/tiny-stories-Q4_K_M.gguf');
const COMPUTED = commandsIn('compute').map((command) => [command, BUNDLED, 'Hello world']);
const RUNS = [
  [BUNDLED],
  ['check', BUNDLED],
  ['--', BUNDLED],
  ['check', '--', BUNDLED],
  ['scan', BUNDLED],
  ['tensor', BUNDLED, 'blk.0.attn_q.weight'],
];
for (const words of [...RUNS, ...COMPUTED]) {
  execFileSync(process.execPath, ['-e', MAKE_CACHE, ...words], {
    cwd: cli,
    env: { ...process.env, GGUF_EXPLAIN_CODE_CACHE: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

await build({
  ...common,
  entryPoints: { index: 'src/index.ts' },
  outdir: fresh,
  splitting: true,
  packages: 'external',
});

rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
