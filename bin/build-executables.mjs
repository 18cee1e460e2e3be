/**
 * Builds executables/: the program together with Bun's runtime, for machines without Node, and the digests of these files. `npm run
 * executables` builds all of them, `npm run executables -- linux-x64` only one. Executables for other systems are made here too: the
 * runtime of each comes from the npm package that contains it. The executable for this machine is compared with the program on Node
 * (test/executables/compare.ts). Bun is not a dependency of the project: its packages are many times as large as all others, and nothing
 * else needs them.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCommandLine, ROOT } from './build-command-line.mjs';
import { thirdPartyLicenses } from './build-licenses.mjs';

const BUN = '1.4.5';

/** The executables by system, and the package that contains the runtime of each. */
const TARGETS = {
  'linux-x64': { runtime: '@oven/bun-linux-x64', target: 'bun-linux-x64' },
  'linux-arm64': { runtime: '@oven/bun-linux-aarch64', target: 'bun-linux-arm64' },
  'macos-x64': { runtime: '@oven/bun-darwin-x64', target: 'bun-darwin-x64' },
  'macos-arm64': { runtime: '@oven/bun-darwin-aarch64', target: 'bun-darwin-arm64' },
  'windows-x64': { runtime: '@oven/bun-windows-x64', target: 'bun-windows-x64' },
};

const RUNTIME_LICENSE = `The runtime is Bun ${BUN}, MIT license, with JavaScriptCore (LGPL 2) and others linked into it:
https://bun.com/docs/project/license says which they are, and how it is linked anew with others of your own.

`;

const folder = join(ROOT, 'executables');

const SYSTEMS = { linux: 'linux', darwin: 'macos', win32: 'windows' };
const here = `${SYSTEMS[process.platform]}-${process.arch}`;

function fileName(system) {
  return `gguf-explain-${system}${system.startsWith('windows') ? '.exe' : ''}`;
}

/** Fetches the runtime of a system if it is not there yet, and returns its path. */
function runtimeOf(system) {
  const { runtime } = TARGETS[system];
  const store = join(ROOT, 'node_modules', '.cache', 'bun', BUN, system);
  const program = join(store, 'package', 'bin', system.startsWith('windows') ? 'bun.exe' : 'bun');
  if (!existsSync(program)) {
    mkdirSync(store, { recursive: true });
    const npm = {
      cwd: store,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      shell: process.platform === 'win32',
    };
    // npm compares the fetched file with the registry's digest.
    const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', `${runtime}@${BUN}`], npm));
    execFileSync('tar', ['-xzf', filename], { cwd: store });
    rmSync(join(store, filename));
  }
  return program;
}

/** The page of a header is printed before the cost of optimizing code further would be repaid. */
const LATE_COMPILATION = 100;

/** Every file of the command line is an entry: it is compiled separately, and loaded when it is needed. */
function compile(system, pieces, start) {
  const others = readdirSync(pieces, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.cjs') && name !== start,
  );
  const words = [
    ...['build', '--compile', '--bytecode', '--minify', '--format=cjs', `--target=${TARGETS[system].target}`],
    ...['--compile-executable-path', runtimeOf(system), '--outfile', join(folder, fileName(system))],
    ...['--compile-jit-policy', `${LATE_COMPILATION}`],
    // The folder in which it is started must not affect what it does.
    ...['--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig'],
    ...['--asset=value-kernels.wasm', '--asset=tiny-stories-Q4_K_M.gguf', '--external=./*.cjs'],
    ...[start, ...others].map((name) => `./${name.replaceAll('\\', '/')}`),
  ];
  execFileSync(runtimeOf(here), words, { cwd: pieces, stdio: ['ignore', 'ignore', 'inherit'] });
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((system) => !(system in TARGETS));
if (unknown.length > 0) throw new Error(`no such executable: ${unknown}; there are ${Object.keys(TARGETS)}`);

const pieces = mkdtempSync(join(tmpdir(), 'gguf-explain-pieces-'));
try {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const bundled = await buildCommandLine(pieces, { start: 'executable', address: 'Bun.main' });
  writeFileSync(
    join(pieces, 'tiny-stories-Q4_K_M.gguf'),
    readFileSync(join(ROOT, 'fixtures/tiny-stories-Q4_K_M.gguf')),
  );
  for (const system of wanted.length > 0 ? wanted : Object.keys(TARGETS)) compile(system, pieces, 'executable.cjs');
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES'), `${RUNTIME_LICENSE}${thirdPartyLicenses(bundled)}`);
} finally {
  rmSync(pieces, { recursive: true });
}

const names = readdirSync(folder).filter((name) => name.startsWith('gguf-explain-'));
const digests = names.map(
  (name) =>
    `${createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')}  ${name}\n`,
);
writeFileSync(join(folder, 'SHA256SUMS'), digests.join(''));
process.stdout.write(digests.join(''));

if (names.includes(fileName(here))) {
  const words = ['node_modules/tsx/dist/cli.mjs', 'test/executables/compare.ts', join(folder, fileName(here))];
  execFileSync(process.execPath, words, { cwd: ROOT, stdio: 'inherit' });
}
