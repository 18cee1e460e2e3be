/**
 * The recipes of the pages for many models: each runs as printed there, and gives the same result as one run on all models. Slurm and
 * Kubernetes are simulated by setting the variable that gives a task its number; DuckDB is the real one, as WebAssembly.
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
// @ts-expect-error: a script of the build, without types
import { toolFolder } from '../../bin/tools.mjs';
import { type ScanLine, ScanLineSchema } from '../../src/report/scan-schema.js';
import { plainEnvironment } from '../cli/run.js';
import { folderWithProgram } from '../cli/transcript.js';
import { tensor, text, writeGguf } from '../support/gguf-writer.js';
import { blockWith } from '../support/pages.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { splitModel } from '../support/split-model.js';

const bin = folderWithProgram();
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-recipes-'));
afterAll(() => {
  for (const each of [bin, folder]) rmSync(each, { recursive: true });
});
const environment = { ...plainEnvironment(), PATH: `${bin}${delimiter}${process.env.PATH}` };

/** The shapes of an 8B model, without the data. */
function largeModel(): Buffer {
  const u32 = (key: string, value: number) => ({ key: `llama.${key}`, type: 'u32', value }) as const;
  const matrix = (name: string, input: number, output: number) =>
    ({ ...tensor(`${name}.weight`, [input, output], 'Q8_0'), data: 'absent' }) as const;
  const layer = (no: number) => [
    matrix(`blk.${no}.attn_q`, 4096, 4096),
    matrix(`blk.${no}.attn_k`, 4096, 1024),
    matrix(`blk.${no}.attn_v`, 4096, 1024),
    matrix(`blk.${no}.attn_output`, 4096, 4096),
    matrix(`blk.${no}.ffn_gate`, 4096, 14_336),
    matrix(`blk.${no}.ffn_up`, 4096, 14_336),
    matrix(`blk.${no}.ffn_down`, 14_336, 4096),
  ];
  return writeGguf({
    metadata: [
      text('general.architecture', 'llama'),
      ...[u32('block_count', 32), u32('context_length', 131_072), u32('embedding_length', 4096)],
      ...[u32('feed_forward_length', 14_336), u32('attention.head_count', 32), u32('attention.head_count_kv', 8)],
    ],
    tensors: [matrix('token_embd', 4096, 128_256), ...Array.from({ length: 32 }, (_, no) => layer(no)).flat()],
  });
}

let alone: unknown[];

beforeAll(async () => {
  const models = join(folder, 'models');
  cpSync(join(FIXTURES_FOLDER, 'valid'), models, { recursive: true });
  writeFileSync(join(models, 'large.gguf'), largeModel());
  mkdirSync(join(models, 'split'));
  const tiny = readFileSync(join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf'));
  for (const { fileName, bytes } of await splitModel(tiny, 'split', 3))
    writeFileSync(join(models, 'split', fileName), bytes);
  alone = results(sh('gguf-explain scan models/'));
  expect(alone.length).toBeGreaterThan(30);
});

function sh(command: string, variables: Record<string, string> = {}, cwd = folder): string {
  return execFileSync('sh', ['-ec', command], {
    cwd,
    env: { ...environment, ...variables },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
}

/** In the order of the targets, and without the time that each took. */
function results(lines: string): unknown[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line): ScanLine => ScanLineSchema.parse(JSON.parse(line)))
    .map(({ milliseconds: _milliseconds, ...line }) => line)
    .sort((a, b) => (a.target < b.target ? -1 : 1));
}

/** A separate folder for the files that a recipe writes; the models are shared. */
function place(name: string): string {
  const made = join(folder, name);
  mkdirSync(made);
  execFileSync('ln', ['-s', join('..', 'models'), join(made, 'models')]);
  return made;
}

const written = (where: string) =>
  readdirSync(where)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => readFileSync(join(where, name), 'utf8'))
    .join('');

const hasParallel = spawnSync('parallel', ['--version']).status === 0;
/** The path of a Python that has Dask. */
const dask = ['python3', '/usr/bin/python3'].find(
  (python) => spawnSync(python, ['-c', 'import dask.bag']).status === 0,
);

describe('many models', () => {
  it('found by find, one run after the other: the second run has nothing left to do', () => {
    const where = place('find');
    const command = blockWith('sh', 'find /models').replace('/models', './models/');
    sh(command, {}, where);
    const once = results(written(where));
    sh(command, {}, where);
    expect(results(written(where))).toEqual(once);
    expect(once).toHaveLength(alone.length);
  });

  it.skipIf(!hasParallel)('under GNU parallel (needs GNU parallel)', () => {
    const where = place('parallel');
    sh(blockWith('sh', 'parallel --jobs'), { HOME: where }, where);
    expect(results(written(where))).toEqual(alone);
  });

  it.skipIf(dask === undefined)(
    'under Dask: 2,000 files, killed in the middle and resumed (needs Dask)',
    async () => {
      const where = place('dask');
      const model = join(FIXTURES_FOLDER, 'valid', 'llama.gguf');
      const targets = Array.from({ length: 2000 }, (_, i) => join(where, `m${i}.gguf`));
      for (const target of targets) linkSync(model, target);
      writeFileSync(join(where, 'targets.txt'), targets.join('\n'));
      writeFileSync(join(where, 'scan.py'), blockWith('python', 'dask.bag'));
      const begin = () =>
        spawn(dask as string, ['scan.py', 'targets.txt'], {
          cwd: where,
          env: environment,
          detached: true,
          stdio: 'ignore',
        });
      const first = begin();
      const ended = new Promise((resolve) => first.on('close', resolve));
      while (first.exitCode === null && written(where) === '') await new Promise((resolve) => setTimeout(resolve, 20));
      process.kill(-(first.pid as number), 'SIGKILL');
      await ended;
      const half = written(where).split('\n').length;
      expect(half).toBeLessThan(2000);
      expect(await new Promise((resolve) => begin().on('close', resolve))).toBe(0);
      const lines = results(written(where)) as ScanLine[];
      expect(lines.map(({ target }) => target)).toEqual([...targets].sort());
      expect(new Set(lines.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
    },
    120_000,
  );

  it('as a Slurm array', () => {
    const where = place('slurm');
    const script = blockWith('sh', '#SBATCH');
    const tasks = Number(/--array=1-(\d+)/.exec(script)?.[1]);
    for (let task = 1; task <= tasks; task++) sh(script, { SLURM_ARRAY_TASK_ID: String(task) }, where);
    expect(results(written(where))).toEqual(alone);
  });

  it('as an indexed Job of Kubernetes', () => {
    const where = place('kubernetes');
    const { spec } = parse(blockWith('yaml', 'completionMode: Indexed'));
    const [{ command, args }] = spec.template.spec.containers;
    for (let index = 0; index < spec.completions; index++) {
      const [program, ...words] = [...command, ...args];
      const env = { ...environment, JOB_COMPLETION_INDEX: String(index) };
      execFileSync(program, words, { cwd: where, env });
    }
    expect(results(written(where))).toEqual(alone);
  });
});

const duckDbFolder: string | undefined = toolFolder('duckdb');

describe('the query', () => {
  it.skipIf(duckDbFolder === undefined)(
    'finds the models that need more than 8 GiB (needs npm run tools)',
    async () => {
      const query = blockWith('sql', 'read_json');
      // DuckDB downloads its JSON reader from the network; the package's own makes the same table from the same lines. The package's reader
      // requires a number in every line where there is one in any, and reads a list that is mostly empty as text.
      const lines = (alone as ScanLine[]).flatMap(({ target, ...line }) => {
        const needed = 'memory' in line ? line.memory : [];
        const memory = needed.map((needs) => ({ ...needs, computeBytes: needs.computeBytes ?? 0 }));
        return memory.length === 0 ? [] : [{ target, memory }];
      });
      const rows = JSON.stringify(lines);
      const found = await inDuckDb(rows, query.replace(/read_json\([^)]*\)/, 'lines'));
      const expected = (alone as ScanLine[]).flatMap((line) => {
        const needs = 'memory' in line ? line.memory.find(({ contextLength }) => contextLength === 32_768) : undefined;
        return needs !== undefined && needs.totalBytes > 8 * 1024 ** 3
          ? [{ target: line.target, GiB: Math.round((needs.totalBytes / 1024 ** 3) * 10) / 10 }]
          : [];
      });
      expect(expected).toContainEqual({ target: 'models/large.gguf', GiB: expect.any(Number) });
      expect(found).toEqual(expected.sort((a, b) => b.GiB - a.GiB));
    },
    60_000,
  );
});

/** The functions of the package that are called; its types are where it is installed. */
interface DuckDb {
  createDuckDB(bundles: object, logger: object, runtime: object): Promise<Database>;
  VoidLogger: new () => object;
  NODE_RUNTIME: object;
}

interface Database {
  instantiate(onProgress: () => void): Promise<unknown>;
  registerFileText(name: string, text: string): void;
  connect(): {
    insertJSONFromPath(path: string, table: { name: string }): void;
    query(text: string): { toArray(): { toJSON(): unknown }[] };
    close(): void;
  };
}

async function inDuckDb(rows: string, query: string): Promise<unknown[]> {
  const file = (name: string) => join(duckDbFolder as string, 'node_modules/@duckdb/duckdb-wasm/dist', name);
  const duckdb = createRequire(import.meta.url)(file('duckdb-node-blocking.cjs')) as DuckDb;
  const bundles = {
    mvp: { mainModule: file('duckdb-mvp.wasm'), mainWorker: '' },
    eh: { mainModule: file('duckdb-eh.wasm'), mainWorker: '' },
  };
  const database = await duckdb.createDuckDB(bundles, new duckdb.VoidLogger(), duckdb.NODE_RUNTIME);
  await database.instantiate(() => undefined);
  const connection = database.connect();
  try {
    database.registerFileText('lines.json', rows);
    connection.insertJSONFromPath('lines.json', { name: 'lines' });
    return connection
      .query(query)
      .toArray()
      .map((row) => row.toJSON());
  } finally {
    connection.close();
  }
}
