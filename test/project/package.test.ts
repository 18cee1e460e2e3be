/** Checks the promises of package.json: exact versions, entry points that exist, and no unneeded files in the package. */

import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../cli/run.js';
import { SOURCE } from './source.js';

const manifest = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
const exists = (path: string) => existsSync(join(PROJECT_FOLDER, path));

/** The paths in a tree of conditions, such as `exports`. */
function pathsIn(tree: unknown): string[] {
  return typeof tree === 'string' ? [tree] : Object.values(tree as object).flatMap(pathsIn);
}

describe('package.json', () => {
  it('names exact versions', () => {
    const versions = Object.entries(manifest.devDependencies);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version as string))).toEqual([]);
  });

  it('has no dependencies to install: the packages that the source imports are in the build, with their licenses', () => {
    const kinds = ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies'];
    expect(kinds.filter((kind) => kind in manifest)).toEqual([]);
    const imported = new Set(SOURCE.flatMap(({ packages }) => packages.filter((name) => !name.startsWith('node:'))));
    const licenses = readFileSync(join(PROJECT_FOLDER, 'dist', 'THIRD-PARTY-LICENSES'), 'utf8');
    const titles = [...imported].map((name) => `${name} ${manifest.devDependencies[name]}, `);
    expect(titles.filter((title) => !licenses.includes(`\n${title}`))).toEqual([]);
  });

  it('runs no script during installation', () => {
    const scripts = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
    expect(scripts.filter((name) => name in manifest.scripts)).toEqual([]);
  });

  it('has the fields that a registry shows, and is published with its provenance', () => {
    const { author, homepage, repository, bugs, keywords, license, sideEffects, publishConfig } = manifest;
    expect({ author, license, sideEffects }).toEqual({
      author: 'The gguf-explain authors',
      license: 'MIT',
      sideEffects: false,
    });
    expect(repository).toEqual({ type: 'git', url: expect.stringMatching(/^git\+https:\/\/.+\.git$/) });
    const address = repository.url.replace(/^git\+|\.git$/g, '');
    expect([homepage, bugs.url]).toEqual([`${address}#readme`, `${address}/issues`]);
    expect(keywords.length).toBeGreaterThan(5);
    expect(publishConfig).toEqual({ access: 'public', provenance: true });
  });

  it('has entry points that exist after the build', () => {
    const paths = [...pathsIn(manifest.exports), ...pathsIn(manifest.bin)];
    expect(paths.length).toBeGreaterThan(2);
    expect(paths.filter((path) => !exists(path))).toEqual([]);
  });

  it('lists only files that exist', () => {
    const listed = (manifest.files as string[]).filter((path) => !path.startsWith('!'));
    expect(listed.filter((path) => !exists(path))).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('has an executable program', () => {
    const path = join(PROJECT_FOLDER, manifest.bin['gguf-explain']);
    expect(() => accessSync(path, constants.X_OK)).not.toThrow();
    expect(readFileSync(path, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

describe('a copy that is not built', () => {
  it('says that it is not built', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-not-built-'));
    try {
      const program = join(folder, 'bin', 'gguf-explain.cjs');
      cpSync(join(PROJECT_FOLDER, 'bin', 'gguf-explain.cjs'), program);
      const { stdout, stderr, status } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
      expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
      expect(stderr).toMatch(/^gguf-explain: this copy is not built \(not-built\)\n {2}hint: [^\n]+\n$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the package', () => {
  const command = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [packed] = JSON.parse(
    execFileSync('npm', command, { cwd: PROJECT_FOLDER, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  const paths = (packed.files as { path: string }[]).map(({ path }) => path);

  it('holds the program, the library with its types, the example model and their documentation', () => {
    const wanted = [
      'LICENSE',
      'README.md',
      'package.json',
      'bin/gguf-explain.cjs',
      'dist/cli/start.cjs',
      'dist/cli/worker.cjs',
      'dist/cli/value-kernels.wasm',
      'dist/library/index.js',
      'dist/library/index.cjs',
      'dist/types/index.d.ts',
      'dist/THIRD-PARTY-LICENSES',
      'fixtures/tiny-stories-Q4_K_M.gguf',
    ];
    expect(paths).toEqual(expect.arrayContaining(wanted));
  });

  it('holds no source, no tests, and nothing about this machine', () => {
    const other = paths.filter((path) => /^(src|test|node_modules)\/|\.cache$|\.test\.|^\.(?!.*package)/.test(path));
    expect(other).toEqual([]);
    expect(paths.filter((path) => path.startsWith('fixtures/'))).toEqual(['fixtures/tiny-stories-Q4_K_M.gguf']);
  });

  it('takes less than 5 MB', () => {
    expect(packed.unpackedSize).toBeLessThan(5_000_000);
  });
});
