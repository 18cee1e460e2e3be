/**
 * Checks the package in the form in which users get it: packs it, reads it as TypeScript does, installs it in an empty folder and runs it
 * there. `npm run package`. Prints a sentence for each promise that is kept, or throws.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** On Windows, npm is a script of the shell. */
const WINDOWS = process.platform === 'win32';

/** The most bytes that an install may take. */
const MOST_BYTES = 5_000_000;

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-package-'));

function pack() {
  const words = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(npm(words, { cwd: root }));
  return join(folder, filename);
}

/** Checks that publint and arethetypeswrong find no problem in the package. */
async function lint(tarball) {
  const bytes = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: bytes.buffer } });
  const { problems } = await checkPackage(createPackageFromTarballData(bytes));
  expect([...messages.map((message) => formatMessage(message, pkg)), ...(problems ?? ['it has no types'])], []);
  say('publint and arethetypeswrong find nothing');
}

/** Installed, it is one small package, and it runs nothing during the install. */
function install(tarball) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const { stdout, stderr, status } = spawnSync('npm', ['install', tarball], options({ shell: WINDOWS }));
  expect(status, 0);
  expect(
    (stdout + stderr).split('\n').filter((line) => /script|warn/i.test(line)),
    [],
  );
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  expect(Object.keys(lock.packages), [`node_modules/${manifest.name}`]);
  const { scripts } = JSON.parse(readFileSync(join(folder, 'node_modules', manifest.name, 'package.json'), 'utf8'));
  expect(
    ['preinstall', 'install', 'postinstall', 'prepare'].filter((name) => name in scripts),
    [],
  );
  const installed = join(folder, 'node_modules', manifest.name);
  const bytes = sizeOf(installed);
  if (bytes >= MOST_BYTES) throw new Error(`an install takes ${bytes} bytes, which is more than ${MOST_BYTES}`);
  say(`an install is one package of ${(bytes / 1e6).toFixed(2)} MB, and runs no script`);
  return installed;
}

function runProgram(installed) {
  const program = join(folder, 'node_modules', '.bin', manifest.name);
  const page = run(program, [join(installed, 'fixtures/tiny-stories-Q4_K_M.gguf')], { shell: WINDOWS });
  expect(page.includes('Tiny Stories'), true);
  expect(run(program, ['--version'], { shell: WINDOWS }).trim(), manifest.version);
  say('the program runs');
}

const USES = {
  'use.mjs': `import * as library from '${manifest.name}';`,
  'use.cjs': `const library = require('${manifest.name}');`,
};

/** `import` and `require` give the same library, with everything that its parts need. */
function useLibrary() {
  const said = Object.entries(USES).map(([name, line]) => {
    const code = `
      ${line}
      const model = 'node_modules/${manifest.name}/fixtures/tiny-stories-Q4_K_M.gguf';
      (async () => {
        const { totals } = await library.explain(model);
        const [{ findings }] = (await library.check([model])).files;
        const { tokens } = await library.tokens(model, 'Once upon a time');
        const schemas = Object.keys(await library.jsonSchemas()).length;
        const failure = await library.explain('none.gguf').catch((error) => error);
        const values = await library.tensorValues(model, 'output.weight');
        console.log(JSON.stringify([
          Object.keys(library).sort(), totals.tensors, findings.length, schemas, failure instanceof library.LocateError, tokens, values,
        ]));
      })();
    `;
    writeFileSync(join(folder, name), code);
    return run(process.execPath, [name]);
  });
  expect(said[1], said[0]);
  expect(JSON.parse(said[0])[1], 21);
  say('import and require give one library');
}

/** The library works when it is bundled into somebody else's module that does not know its own path. */
async function useBundled() {
  const code = `
    import { check, explain, jsonSchemas, learn } from '${manifest.name}';
    const model = 'node_modules/${manifest.name}/fixtures/tiny-stories-Q4_K_M.gguf';
    const { totals } = await explain(model);
    const { verdict } = await check(model, { data: true });
    const schemas = Object.keys(await jsonSchemas()).length;
    const { code } = await learn('weights').catch((error) => error);
    console.log(JSON.stringify([totals.tensors, verdict, schemas > 0, code]));
  `;
  writeFileSync(join(folder, 'bundled.mjs'), code);
  await build({
    absWorkingDir: folder,
    entryPoints: ['bundled.mjs'],
    outfile: join(folder, 'bundle', 'bundle.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
    // esbuild needs this where CommonJS requires modules of Node.
    banner: { js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom('/');` },
  });
  expect(JSON.parse(run(process.execPath, ['bundle/bundle.mjs'])), [21, 'pass', true, 'no-bundled-model']);
  say('the library works in a bundle');
}

const CONSUMER = `
  import { check, explain, type ExplainReport, GgufError, scan, type ScanLine } from '${manifest.name}';
  export async function parameters(path: string): Promise<number> {
    const report: ExplainReport = await explain(path);
    return report.totals.parameters;
  }
  export const isGguf = (error: unknown): boolean => error instanceof GgufError;
  // @ts-expect-error: a report has no such field, so it is not any.
  export const wrong = async () => (await explain('x')).nonsense;
  export const both: [typeof check, typeof scan, ScanLine | undefined] = [check, scan, undefined];
`;

/** A program in TypeScript compiles against it, with the types of the library checked too. */
function compileAgainst() {
  for (const name of ['consumer.mts', 'consumer.cts']) writeFileSync(join(folder, name), CONSUMER);
  for (const [module, moduleResolution, ...files] of [
    ['node16', 'node16', 'consumer.mts', 'consumer.cts'],
    ['nodenext', 'nodenext', 'consumer.mts', 'consumer.cts'],
    ['esnext', 'bundler', 'consumer.mts', 'consumer.cts'],
  ]) {
    const settings = {
      compilerOptions: {
        module,
        moduleResolution,
        target: 'es2022',
        lib: ['es2022', 'dom'],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        // A project without @types/node can read the types too.
        types: [],
      },
      files,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json']);
  }
  say('TypeScript resolves the types, of import and require, and finds no fault with them');
}

function sizeOf(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function options(more) {
  // The variables that npm passes to the scripts that it runs are not meant for another npm.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?!config_cache)/.test(name)));
  return { encoding: 'utf8', env, cwd: folder, ...more };
}

function npm(words, more) {
  return execFileSync('npm', words, { ...options(more), shell: WINDOWS, stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Returns what a program prints. Throws an error with the output where the program fails. */
function run(program, words, more = {}) {
  try {
    return execFileSync(program, words, options({ ...more, stdio: ['ignore', 'pipe', 'pipe'] }));
  } catch (error) {
    throw new Error(`${words.join(' ')} failed\n${error.stdout}${error.stderr}`);
  }
}

function expect(found, wanted) {
  const [a, b] = [JSON.stringify(found, null, 2), JSON.stringify(wanted, null, 2)];
  if (a !== b) throw new Error(`found ${a}\nand not ${b}`);
}

function say(sentence) {
  process.stdout.write(`${sentence}\n`);
}

try {
  const tarball = pack();
  await lint(tarball);
  const installed = install(tarball);
  runProgram(installed);
  useLibrary();
  await useBundled();
  compileAgainst();
} finally {
  rmSync(folder, { recursive: true });
}
