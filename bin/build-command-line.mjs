/**
 * Builds the command line as several pieces, one for each file of command definitions (src/cli/definitions/). start.cjs loads only the
 * piece of the command that the first word names: finding many small files would cost more than finding one large file whose compiled code
 * is cached. Code that several pieces share is in one file beside them (build-common.mjs), except for the short path of `explain`, which
 * has a file to itself. Code that a run does not reach is in its file too, but is never compiled. Pieces are CommonJS: Node starts them
 * about 7 % sooner than the same code as ES modules.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { findCommon } from './build-common.mjs';
import { KERNELS } from './build-kernels.mjs';
import { pageScript } from './page-script.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Packages that few runs need. Each is a separate piece, because even code that never runs makes the other pieces slower to load. */
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
 * Source files that are separate pieces for the same reason: the reader of a model's numbers, which `explain` rarely needs; the codes of
 * all findings with the rules that raise them, which most commands do not need; the schemas of all reports, which the library takes from
 * here too; the code that computes an example for the page of a small model, which the short path loads too; and documents that are written
 * once for each model.
 */
const LATE_PARTS = {
  'model-values': 'src/tensor-data/model-values.ts',
  'all-findings': 'src/policy/all-findings.ts',
  'report-schemas': 'src/report/report-schemas.ts',
  example: 'src/library/example.ts',
  'model-documents': 'src/render/model-documents.ts',
};

/** The SDK of the Model Context Protocol, as a pattern of its package paths. */
const PROTOCOL_SDK = ['server', 'core'].map((name) => join(ROOT, 'node_modules/@modelcontextprotocol', name, 'dist'));

/** The contents of all files in a folder that have this ending. */
const textsIn = (folder, ending) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(folder, name), 'utf8'));

/**
 * Only the parts of zod that the source and the SDK name. All of zod is twice as large, and its messages in other languages double it
 * again.
 */
const zodInUse = {
  name: 'zod-in-use',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^zod$/ }, ({ kind }) =>
      kind === 'entry-point' ? { path: 'zod', namespace: 'zod-in-use' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'zod-in-use' }, () => {
      const texts = [
        ...textsIn(join(ROOT, 'src'), '.ts'),
        ...PROTOCOL_SDK.flatMap((folder) => textsIn(folder, '.mjs')),
      ];
      const named = new Set(
        texts.flatMap((text) => [...text.matchAll(/\bz\s*\.\s*([a-z]\w+)/g)].map(([, name]) => name)),
      );
      // Types and the placeholders of types: they are already removed.
      for (const type of ['infer', 'input', 'output', 'core']) named.delete(type);
      const names = [...named].sort();
      const imports = names.map((name, i) => `${name} as z${i}`).join(', ');
      const entries = names.map((name, i) => `${name}: z${i}`).join(', ');
      return { contents: `import { ${imports} } from 'zod'; export const z = { ${entries} };`, resolveDir: ROOT };
    });
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

/** Settings of all pieces; `address` is the expression that holds the address of the program at run time. */
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
 * commander loads node:child_process at once, for a kind of subcommand that this program does not have. That costs more than reading a
 * header, so the bundle has a stand-in that loads the module when it is called.
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

/**
 * The widths of letters beyond Latin are a large table, which is only needed within a line of text. A stand-in loads it when the first of
 * those letters appears. Packages that draw tables ask for the width of a cell many times: they get the program's own function, which is
 * quick for most texts.
 */
const lateWidths = {
  name: 'late-widths',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^string-width$/ }, ({ kind, importer }) => {
      if (kind === 'entry-point') return undefined;
      return { path: importer.includes('node_modules') ? 'display-width' : 'string-width', namespace: 'late-widths' };
    });
    onLoad({ filter: /^display-width$/, namespace: 'late-widths' }, () => ({
      contents: `module.exports = require('./display-width.ts').displayWidth;`,
      resolveDir: join(ROOT, 'src/render/text'),
    }));
    onResolve({ filter: /^\.\/string-width\.cjs$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'late-widths' }, () => ({
      contents: `module.exports = (...words) => require('./string-width.cjs').default(...words);`,
    }));
  },
};

/**
 * Leaves out the work of all other commands, and the modules that reading their options loads: the first word has already chosen the
 * command.
 */
const onlyCommands = (names, definitions = names) => ({
  name: 'only-commands',
  setup({ onResolve, onLoad }) {
    const leaveOut = (name, kept) => (kept.includes(name) ? undefined : { path: 'elsewhere', namespace: 'elsewhere' });
    onResolve({ filter: /^\.\/commands\/[\w-]+\.js$/ }, ({ path }) => leaveOut(basename(path, '.js'), names));
    onResolve({ filter: /^\.\.\// }, ({ kind, importer }) =>
      kind === 'dynamic-import' && /[\\/]definitions$/.test(dirname(importer))
        ? leaveOut(basename(importer, '.ts'), definitions)
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'elsewhere' }, () => ({ contents: 'module.exports = {};' }));
  },
});

/** The error that is thrown where a piece of the short path would load a module that was left out of it; src/cli/plain.ts catches it. */
const LEFT_OUT = `throw Symbol.for('gguf-explain.left-out');`;

/** Leaves out everything that is loaded late, except for packages that are separate pieces, and the example. */
const nothingLate = {
  name: 'nothing-late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path }) =>
      kind === 'dynamic-import' && basename(path, '.js') !== 'example'
        ? { path: 'left-out', namespace: 'left-out' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: LEFT_OUT }));
  },
};

/**
 * Keeps only the parts of the SDK that a server with tools needs. zod is a piece that it shares with others. The code that validates a
 * client's answers by JSON Schema is left out, as this server does not ask for any: it is as large as all the rest.
 */
const protocolSdk = {
  name: 'protocol-sdk',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^zod\/v4$/ }, () => ({ path: 'zod', namespace: 'protocol-sdk' }));
    onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({
      path: 'shims',
      namespace: 'protocol-sdk',
    }));
    onResolve({ filter: /^\.\/zod\.cjs$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /^zod$/, namespace: 'protocol-sdk' }, () => ({
      contents: `module.exports = require('./zod.cjs').z;`,
    }));
    onLoad({ filter: /^shims$/, namespace: 'protocol-sdk' }, () => ({
      contents: `export { default as process } from 'node:process'; export class DefaultJsonSchemaValidator {}`,
    }));
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

/**
 * A thread of `scan` reads models with the code of the commands. That code is a separate file, as all other threads would have to read
 * through it before they begin.
 */
const lateScanJob = {
  name: 'late-scan-job',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/scan-job\.js$/ }, () => ({ path: './scan-job.cjs', external: true })),
};

/** The start of the short path of a command. */
const plainStart = ({ name }) => `
  import { run } from './commands/${name}.js';
  import { ${name.toUpperCase()} as definition } from './definitions/${name}.js';
  import { runPlain } from './plain.js';
  export const takeLine = (line, inFull) => void runPlain(definition, run, line, inFull);
`;

/** The definitions of all commands, without the modules that they load late. */
async function readDefinitions() {
  const entryPoints = ['src/cli/command-list.ts'];
  const { outputFiles } = await build({ ...COMMON, entryPoints, write: false, plugins: [onlyCommands([])] });
  return (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)).COMMANDS;
}

const definitions = await readDefinitions();
const pieces = [...new Set(definitions.map(({ piece }) => piece))];
const commandsIn = (piece) => definitions.filter((one) => one.piece === piece).map(({ name }) => name);
/** The commands whose definitions may load their late modules. */
const definitionsIn = (piece) =>
  definitions.some((one) => one.piece === piece && one.aboutAll)
    ? definitions.map(({ name }) => name)
    : commandsIn(piece);
const plain = definitions.filter(({ plain }) => plain);

/**
 * Builds the command line into a folder and returns the files in it. `start` is the module of src/cli/ that begins, `address` a name that
 * holds the program's location at run time, and `library` the build of ES modules that import from it the code that the pieces share.
 */
export async function buildCommandLine(folder, { start = 'start', address = '__filename', library } = {}) {
  const settings = commonJs(folder, address);
  // A native import() would load Node's machinery for ES modules; require() finds Node's own modules without it.
  const required = { ...settings, supported: { 'dynamic-import': false } };
  const sharing = [
    ...pieces.map((piece) => ({
      ...required,
      entryPoints: { [piece]: 'src/cli/main.ts' },
      plugins: [
        protocolSdk,
        lateChildProcess,
        lateWidths,
        latePackages,
        pageScript,
        onlyCommands(commandsIn(piece), definitionsIn(piece)),
      ],
    })),
    { ...required, entryPoints: { 'scan-job': 'src/library/scan/scan-job.ts' }, plugins: [lateWidths, latePackages] },
    ...['all-findings', 'example', 'model-documents'].map((name) => ({
      ...required,
      entryPoints: { [name]: LATE_PARTS[name] },
      plugins: [lateWidths, latePackages],
    })),
  ];
  const libraries = library === undefined ? [] : [library];
  const common = await findCommon(sharing, libraries);
  const built = [
    ...sharing.map((one) => ({ ...one, plugins: [common.elsewhere, ...one.plugins] })),
    { ...required, ...common.entry, plugins: [common.taken, lateChildProcess, lateWidths, latePackages, pageScript] },
    ...plain.map((definition) => ({
      ...required,
      stdin: { contents: plainStart(definition), resolveDir: join(ROOT, 'src/cli'), sourcefile: 'plain-start.ts' },
      outdir: undefined,
      outfile: join(folder, `plain-${definition.name}.cjs`),
      plugins: [lateWidths, nothingLate, latePackages],
    })),
    {
      ...settings,
      entryPoints: {
        ...Object.fromEntries([...LATE, 'string-width'].map((name) => [name, name])),
        'model-values': LATE_PARTS['model-values'],
      },
      plugins: [lateWidths, zodInUse],
    },
    {
      ...required,
      entryPoints: { 'report-schemas': LATE_PARTS['report-schemas'] },
      plugins: [latePackages],
    },
    { ...required, entryPoints: { worker: 'src/cli/worker.ts' }, plugins: [lateWidths, latePackages, lateScanJob] },
    ...libraries.map((one) => ({ ...one, plugins: [common.elsewhereOfModules, ...one.plugins] })),
  ];
  const inputs = [];
  for (const one of built) inputs.push(...Object.keys((await build(one)).metafile.inputs));
  copyFileSync(KERNELS, join(folder, 'value-kernels.wasm'));

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

/**
 * Puts the pieces that start.cjs loads into the function that it calls. They are wrapped here so that the engine can take the file as it
 * is.
 */
export function wrapPieces(folder) {
  for (const piece of [...pieces, ...plain.map(({ name }) => `plain-${name}`)]) {
    const path = join(folder, `${piece}.cjs`);
    writeFileSync(path, `${WRAPPED[0]}${readFileSync(path)}${WRAPPED[1]}`);
  }
}

/** Tells builds apart: compiled code that is cached elsewhere belongs to one build only. */
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

/** Makes the code cache: runs the program on the bundled model, then asks the engine for the code that it has compiled. */
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

/** Writes the manual page into a folder. The code that makes it is run once, here. */
export async function buildManPage(folder) {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'man-page.cjs');
  await build({
    ...COMMON,
    format: 'cjs',
    define: { 'import.meta.url': '__filename' },
    entryPoints: ['src/cli/man-page.ts'],
    outfile: program,
    plugins: [onlyCommands([])],
  });
  writeFileSync(join(folder, 'gguf-explain.1'), createRequire(import.meta.url)(program).manPage());
  rmSync(program);
}
