/** `list` in homes laid out like real ones: each collection, shards, links, damage, duplicates, and the page at several widths. */

import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/render/text/display-width.js';
import { type ListedModel, ListReportSchema } from '../../src/report/list-schema.js';
import { text, writeGguf } from '../support/gguf-writer.js';
import { digestOf, TestHome } from '../support/home.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { splitModel } from '../support/split-model.js';
import { run } from './run.js';
import { transcriptOf } from './transcript.js';

const fixture = (path: string) => readFileSync(join(FIXTURES_FOLDER, path));
const MODEL = fixture('tiny-stories-Q4_K_M.gguf');
const LLAMA = fixture('valid/llama.gguf');
const MAIN = 'a'.repeat(40);
const OLD = 'b'.repeat(40);
const LIBRARY = 'registry.ollama.ai/library';

const home = new TestHome();
const listed = (...args: string[]) => {
  const { stdout, stderr, code } = home.run(['list', ...args, '--json']);
  expect([stderr, code]).toEqual(['', 0]);
  return ListReportSchema.parse(JSON.parse(stdout));
};
const find = (models: readonly ListedModel[], target: string) => models.find((model) => model.target === target);

beforeAll(async () => {
  home.hubRef('owner/tiny-GGUF', 'main', MAIN);
  home.hubFile('owner/tiny-GGUF', MAIN, 'tiny-Q4_K_M.gguf', MODEL);
  home.hubFile('owner/tiny-GGUF', OLD, 'tiny-Q4_K_M.gguf', MODEL);
  home.hubFile('owner/tiny-GGUF', MAIN, 'mmproj-F16.gguf', fixture('valid/clip.gguf'));
  home.hubFile('owner/tiny-GGUF', MAIN, 'README.md', Buffer.from('# tiny'));
  home.link(`hf/hub/models--owner--tiny-GGUF/snapshots/${MAIN}/tiny-Q8_0.gguf`, 'hf/hub/gone');
  home.hubRef('owner/large-GGUF', 'refs/pr/1', MAIN);
  const [first, , third] = await splitModel(MODEL, 'large-Q4_K_M', 3);
  for (const { fileName, bytes } of [first, third] as NonNullable<typeof first>[]) {
    home.hubFile('owner/large-GGUF', MAIN, `Q4_K_M/${fileName}`, bytes);
  }
  home.ollama(`${LIBRARY}/tiny/latest`, [{ kind: 'model', bytes: MODEL }]);
  home.ollama(`${LIBRARY}/tiny/1b`, [
    { kind: 'model', bytes: MODEL },
    { kind: 'adapter', bytes: fixture('valid/lora-adapter.gguf') },
    { kind: 'license', bytes: Buffer.from('MIT') },
  ]);
  home.manifest(`${LIBRARY}/gone/latest`, {
    layers: [{ mediaType: 'application/vnd.ollama.image.model', digest: digestOf('gone'), size: 4 }],
  });
  home.manifest(`${LIBRARY}/damaged/latest`, '{');
  home.manifest(`${LIBRARY}/cloud/latest`, { layers: [] });
  home.manifest(`${LIBRARY}/cloud/\u001b[31m`, { layers: [] });
  home.write('.lmstudio/models/owner/llama-GGUF/llama.gguf', LLAMA);
  home.write('.lmstudio/models/owner/hostile/hostile.gguf', fixture('valid/hostile-text.gguf'));
  home.write('cache/llama.cpp/owner_tiny-GGUF_tiny-Q4_K_M.gguf', MODEL);
  home.write('cache/llama.cpp/owner_tiny-GGUF_tiny-Q4_K_M.gguf.downloadInProgress', 'half');
  home.write('cache/llama.cpp/cut.gguf', LLAMA.subarray(0, 100));
});
afterAll(() => home.remove());

describe('the models on this machine', () => {
  it('are those of all collections, with the fields of the contract', () => {
    const { stdout } = home.run(['list', '--duplicates', '--json']);
    const { schemas } = JSON.parse(run(['schema']).stdout);
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schemas.list);
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
    const { models, places } = listed();
    expect(places.map(({ where, folder, exists, rows }) => [where, folder, exists, rows])).toEqual([
      ['hub', 'hf/hub', true, 5],
      ['ollama', 'ollama', true, 5],
      ['lm-studio', '.lmstudio/models', true, 2],
      ['lm-studio', '.cache/lm-studio/models', false, 0],
      ['llama.cpp', 'cache/llama.cpp', true, 2],
    ]);
    expect(models.map(({ where, target }) => [where, target])).toEqual([
      ['hub', 'hf:owner/large-GGUF@refs/pr/1:Q4_K_M'],
      ['hub', 'hf:owner/tiny-GGUF/mmproj-F16.gguf'],
      ['hub', 'hf:owner/tiny-GGUF:Q4_K_M'],
      ['hub', 'hf:owner/tiny-GGUF/tiny-Q8_0.gguf'],
      ['hub', `hf:owner/tiny-GGUF@${OLD}:Q4_K_M`],
      ['ollama', 'ollama:damaged:latest'],
      ['ollama', 'ollama:gone:latest'],
      ['ollama', 'ollama:tiny:1b'],
      ['ollama', `ollama/blobs/${digestOf(fixture('valid/lora-adapter.gguf')).replace(':', '-')}`],
      ['ollama', 'ollama:tiny:latest'],
      ['lm-studio', '.lmstudio/models/owner/hostile/hostile.gguf'],
      ['lm-studio', '.lmstudio/models/owner/llama-GGUF/llama.gguf'],
      ['llama.cpp', 'cache/llama.cpp/cut.gguf'],
      ['llama.cpp', 'cache/llama.cpp/owner_tiny-GGUF_tiny-Q4_K_M.gguf'],
    ]);
  });

  it('have the names that lead to them', () => {
    for (const { target, error, parameters, architecture, bytes } of listed().models) {
      const { stdout, code } = home.run([target, '--json']);
      expect([target, code]).toEqual([target, error === undefined ? 0 : 2]);
      if (error !== undefined) continue;
      const { totals, model, file } = JSON.parse(stdout);
      expect([totals.parameters, model.architecture, file.size]).toEqual([parameters, architecture, bytes]);
    }
  });

  it('have a row each with the facts of the header', () => {
    const { models } = listed();
    expect(find(models, 'ollama:tiny:1b')).toMatchObject({
      name: 'Tiny Stories 1.6M',
      kind: 'model',
      architecture: 'llama',
      parameters: 1_472_256,
      type: 'Q4_K_M',
      bytes: MODEL.length,
      shards: null,
    });
    expect(models.map(({ kind }) => kind).filter((kind) => kind !== 'model')).toEqual([
      'mmproj',
      null,
      null,
      null,
      'adapter',
      null,
    ]);
  });

  it('show how many shards of a set are there', () => {
    const set = find(listed().models, 'hf:owner/large-GGUF@refs/pr/1:Q4_K_M');
    expect(set).toMatchObject({ shards: { present: 2, of: 3 } });
    expect(set).not.toHaveProperty('error');
  });

  it('have rows where they cannot be read, too', () => {
    const errors = listed().models.flatMap(({ target, error }) => (error === undefined ? [] : [[target, error.code]]));
    expect(errors).toEqual([
      ['hf:owner/tiny-GGUF/tiny-Q8_0.gguf', 'file-not-found'],
      ['ollama:damaged:latest', 'bad-manifest'],
      ['ollama:gone:latest', 'blob-missing'],
      ['cache/llama.cpp/cut.gguf', 'truncated'],
    ]);
  });

  it('are summed with every file counted once', () => {
    const { totals, places, models } = listed();
    expect(totals).toMatchObject({ models: 8, companions: 2, unreadable: 4 });
    expect(totals.bytes).toBe(places.reduce((sum, { bytes }) => sum + bytes, 0));
    const tiny = models.filter(({ bytes }) => bytes === MODEL.length);
    expect(tiny).toHaveLength(5);
    const [hub, ollama] = places;
    expect(ollama?.bytes).toBe(MODEL.length + fixture('valid/lora-adapter.gguf').length);
    expect(hub?.bytes).toBeLessThan(2 * MODEL.length);
  });

  it.each([
    ['name', ({ name }: ListedModel) => name.toLowerCase(), 1],
    ['arch', ({ architecture }: ListedModel) => architecture ?? '~', 1],
    ['type', ({ type }: ListedModel) => type ?? '~', 1],
    ['size', ({ bytes }: ListedModel) => bytes, -1],
    ['params', ({ parameters }: ListedModel) => parameters ?? -1, -1],
    ['modified', ({ modified }: ListedModel) => modified ?? '', -1],
  ])('are sorted by %s', (order, keyOf, direction) => {
    utimesSync(join(home.folder, 'cache/llama.cpp/cut.gguf'), 1, 1);
    const keys = listed('--sort', order).models.map((model): string | number => keyOf(model));
    const sorted = [...keys].sort((a, b) => (a === b ? 0 : (a < b ? -1 : 1) * direction));
    expect(keys).toEqual(sorted);
  });

  it('are an empty list where there is nothing', () => {
    const empty = { HOME: 'a', HF_HOME: 'b', OLLAMA_MODELS: 'c', XDG_CACHE_HOME: 'd' };
    const { stdout, stderr, code } = home.run(['list'], { env: empty });
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toContain('no models found');
    for (const folder of ['b/hub', 'c', 'a/.lmstudio/models', 'd/llama.cpp']) expect(stdout).toContain(`: ${folder} (`);
    expect(JSON.parse(home.run(['list', '--json'], { env: empty }).stdout).models).toEqual([]);
  });
});

describe('other places', () => {
  const other = new TestHome();
  afterAll(() => other.remove());

  it("are those that LM Studio's settings and LLAMA_CACHE name", () => {
    other.write('.lmstudio-home-pointer', `${join(other.folder, 'studio')}\n`);
    other.write('studio/settings.json', JSON.stringify({ downloadsFolder: join(other.folder, 'downloads') }));
    other.write('studio/models/a/b/one.gguf', LLAMA);
    other.write('downloads/a/b/two.gguf', LLAMA);
    other.write('.lmstudio/settings.json', '{"downloadsFolder": 7');
    other.write('llama/three.gguf', LLAMA);
    const env = { LLAMA_CACHE: 'llama' };
    const { models } = JSON.parse(other.run(['list', '--json'], { env }).stdout);
    expect(models.map(({ where, path }: ListedModel) => [where, path.replace(other.folder, '')])).toEqual([
      ['lm-studio', '/studio/models/a/b/one.gguf'],
      ['lm-studio', '/downloads/a/b/two.gguf'],
      ['llama.cpp', 'llama/three.gguf'],
    ]);
  });

  it('are listed once under two names', () => {
    const env = { LLAMA_CACHE: 'studio/models' };
    const { places, models } = JSON.parse(other.run(['list', '--json'], { env }).stdout);
    expect(models).toHaveLength(2);
    expect(places.filter(({ folder }: { folder: string }) => folder === 'studio/models')).toEqual([]);
  });

  it('are the folders and files that are named', () => {
    other.write('mine/deep/er/one.GGUF', LLAMA);
    other.write('mine/notes.txt', 'x');
    other.write('mine/two-00001-of-00002.gguf', LLAMA);
    other.write('mine/two-00003-of-00002.gguf', LLAMA);
    other.link('mine/deep/round', 'mine');
    const { models } = JSON.parse(other.run(['list', 'mine', 'llama/three.gguf', 'mine/deep', '--json']).stdout);
    expect(models.map(({ target, shards }: ListedModel) => [target, shards])).toEqual([
      ['mine/deep/er/one.GGUF', null],
      ['mine/two-00001-of-00002.gguf', { present: 1, of: 2 }],
      ['mine/two-00003-of-00002.gguf', null],
      ['llama/three.gguf', null],
    ]);
    expect(models.every(({ where }: ListedModel) => where === 'folder')).toBe(true);
  });

  it('must exist where they are named', () => {
    const { stderr, code } = other.run(['list', 'nowhere']);
    expect([stderr, code]).toEqual(['gguf-explain: nowhere: there is no such file or folder (file-not-found)\n', 2]);
  });

  it.skipIf(process.platform === 'win32')('may hold pipes with the names of models', () => {
    other.write('odd/x.txt', '');
    execFileSync('mkfifo', [join(other.folder, 'odd', 'pipe.gguf')]);
    const { models } = JSON.parse(other.run(['list', 'odd', '--duplicates', '--json']).stdout);
    expect(models).toMatchObject([{ target: 'odd/pipe.gguf', error: { code: 'not-readable' } }]);
  });
});

describe('duplicates', () => {
  const other = new TestHome();
  afterAll(() => other.remove());

  it('are files with the same bytes; links do not count', () => {
    other.hubRef('o/r', 'main', MAIN);
    other.hubFile('o/r', MAIN, 'a.gguf', LLAMA);
    other.ollama(`${LIBRARY}/a/latest`, [{ kind: 'model', bytes: LLAMA }]);
    other.ollama(`${LIBRARY}/b/latest`, [{ kind: 'model', bytes: LLAMA }]);
    const named = JSON.parse(other.run(['list', '--duplicates', '--json']).stdout).duplicates;
    expect(named).toMatchObject({ freeableBytes: LLAMA.length, readBytes: 0, unreadable: [] });
    expect(named.groups).toMatchObject([
      {
        sha256: digestOf(LLAMA).slice('sha256:'.length),
        bytes: LLAMA.length,
        files: [
          { targets: ['hf:o/r/a.gguf'], digestFrom: 'name' },
          { targets: ['ollama:a:latest', 'ollama:b:latest'], digestFrom: 'name' },
        ],
      },
    ]);
    expect(other.run(['list', '--duplicates']).stdout).toContain('No file had to be read');
  });

  it('are found only by content in other folders', () => {
    const changed = Buffer.from(LLAMA);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    other.write('mine/a.gguf', LLAMA);
    other.write('mine/b.gguf', LLAMA);
    other.write('mine/c.gguf', changed);
    other.write('mine/longer.gguf', Buffer.concat([LLAMA, Buffer.alloc(1)]));
    other.write(`mine/blobs/${digestOf(LLAMA).slice('sha256:'.length)}.gguf`, changed);
    linkSync(join(other.folder, 'mine/a.gguf'), join(other.folder, 'mine/hard.gguf'));
    other.link('mine/soft.gguf', 'mine/a.gguf');
    const { duplicates, totals } = JSON.parse(other.run(['list', 'mine', '--duplicates', '--json']).stdout);
    expect(duplicates.readBytes).toBe(4 * LLAMA.length);
    expect(duplicates.freeableBytes).toBe(2 * LLAMA.length);
    expect(duplicates.groups.map(({ files }: { files: { path: string }[] }) => files.map(({ path }) => path))).toEqual([
      ['mine/a.gguf', 'mine/b.gguf'],
      [expect.stringContaining('mine/blobs/'), 'mine/c.gguf'],
    ]);
    expect(totals.bytes).toBe(5 * LLAMA.length + 1);
  });

  it('may be absent', () => {
    rmSync(join(other.folder, 'mine'), { recursive: true });
    other.write('mine/a.gguf', LLAMA);
    expect(other.run(['list', 'mine', '--duplicates']).stdout).toContain('no two files hold the same bytes');
  });
});

describe('the page', () => {
  it.each([80, 140])('is readable in %d columns', (columns) => {
    const { stdout, stderr, code } = home.run(['list', '--duplicates'], { columns });
    const seen = transcriptOf(`COLUMNS=${columns} gguf-explain list --duplicates`, {
      stdout,
      stderr,
      code: code ?? '',
    });
    const path = join(import.meta.dirname, 'list-transcripts', `list-${columns}.txt`);
    if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(path, seen);
    expect(seen).toBe(readFileSync(path, 'utf8'));
    expect(Math.max(...stdout.split('\n').map(displayWidth))).toBeLessThanOrEqual(columns);
  });

  it.each([40, 60, 100, 300])('is no wider than %d columns', (columns) => {
    const { stdout } = home.run(['list', '--duplicates', '--sort', 'name'], { columns });
    expect(Math.max(...stdout.split('\n').map(displayWidth))).toBeLessThanOrEqual(columns);
    expect(stdout).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });

  it('stays so whatever a header and a file name contain', () => {
    const other = new TestHome();
    const long = '\u202e鍵\u001b[2J'.repeat(500);
    const entries = ['architecture', 'name', 'type'].map((key) => text(`general.${key}`, long));
    other.write('odd/\u001b[31m\u202e.gguf', writeGguf({ metadata: entries, tensors: [] }));
    for (const columns of [40, 120]) {
      const { stdout, code } = other.run(['list', 'odd'], { columns });
      expect(code).toBe(0);
      expect(Math.max(...stdout.split('\n').map(displayWidth))).toBeLessThanOrEqual(columns);
      expect(stdout).not.toMatch(/[\0-\x09\x0b-\x1f\u202e]/);
    }
    other.remove();
  });

  it('has colors on request, and the same words', () => {
    const plain = home.run(['list'], { columns: 140 }).stdout;
    const colored = home.run(['list'], { columns: 140, env: { FORCE_COLOR: '1' } }).stdout;
    expect(colored).not.toBe(plain);
    expect(stripVTControlCharacters(colored)).toBe(plain);
  });
});
